"""What runs out, what goes with what, and what is in a product: each with its reason."""

from __future__ import annotations

import re
from datetime import datetime

from edge.memory import Memory
from edge.reason.skill import Answer, Card, Intent, Request, Services, Slot
from edge.reason.skills.beside import COOKED, beside
from edge.reason.skills.groceries import NOT_BOUGHT
from edge.remind import spoken
from edge.shopping.products import NUTRIENTS, Product, Products, check_digit
from edge.shopping.purchases import Purchases
from edge.shopping.purchases import key as item_key
from edge.shopping.rules import Rules
from edge.shopping.source import because

_NUTRIENTS = {
    "sugar": "sugars",
    "sugars": "sugars",
    "fat": "fat",
    "saturated fat": "saturated-fat",
    "salt": "salt",
    "protein": "proteins",
    "fibre": "fiber",
    "fiber": "fiber",
    "calories": "energy-kcal",
    "kilocalories": "energy-kcal",
}
_ALLERGENS = {
    "gluten": "gluten", "wheat": "gluten", "milk": "milk", "lactose": "milk", "dairy": "milk",
    "egg": "eggs", "eggs": "eggs", "nut": "nuts", "nuts": "nuts", "peanut": "peanuts",
    "peanuts": "peanuts", "soy": "soybeans", "soya": "soybeans", "soybeans": "soybeans",
    "fish": "fish", "shellfish": "crustaceans", "crustaceans": "crustaceans",
    "celery": "celery", "mustard": "mustard", "sesame": "sesame seeds", "sulphites":
    "sulphur dioxide and sulphites", "lupin": "lupin", "molluscs": "molluscs",
}  # fmt: skip
"""What the wearer says: the tag of Open Food Facts."""


def _is_code(words: str) -> bool:
    """Whether this is a number from beneath bars, however it is grouped."""
    return re.fullmatch(r"[\d\s-]{6,}", words) is not None


_NO_ITEMS = frozenset(
    {"again", "anything", "every", "last", "lately", "most", "often", "on", "soon", "something"}
    | {"this", "today", "usually", "week", "yesterday", "time", "it", "that", "them"}
)


def _is_item(words: str) -> bool:
    """Whether these words may be something that is bought."""
    plain = words.lower().split()
    return len(plain) <= 4 and not _NO_ITEMS & set(plain)


_PRODUCT = Slot(
    ask="Which product?",
    find=(
        r"\b(?:in|of|into) (?:the |a |an |this |my |some )?(?!it\b)(.+?)$",
        r"\b(?:does|do|has|is|are|can) (?:the |a |an |this |my )?(.+?)"
        r" (?:have|has|contain|contains|include|safe|free|got|come|made)\b",
    ),
)

INTENTS = (
    Intent(
        "out",
        (
            "what (am i|are we) (running out of|almost out of|low on|running low on)",
            "what (am i|are we) (running out|running low) [of|on] [soon]",
            "(what|which) [groceries|things] (will i|do i|might i) (run out of|need to buy) soon",
            "(what|which) [groceries|things] (should i|do i need to) (buy|restock) [again] soon",
        ),
        pure=True,
    ),
    Intent(
        "bought",
        (
            "when did (i|we) [last] (buy|get|purchase) [any|some|the] {item} [last] [time]",
            "when (was|is) the last time (i|we) bought [any|some] {item}",
            "how (often|frequently) do (i|we) (buy|get|purchase) [any|some] {item}",
            "how long does [a (bottle|pack|bag|box|loaf) of] {item} last (me|us)",
            "what do (i|we) buy [the] most [often]",
            "what do (i|we) usually buy",
        ),
        {
            "item": Slot(
                fits=_is_item,
                find=(
                    r"\b(?:buy|bought|get|purchase|need|have) (?:any |some |more |the )?(.+?)"
                    r"(?: (?:again|last|soon|lately|recently|next|the most|most))*$",
                ),
            )
        },
        pure=True,
    ),
    Intent(
        "with",
        (
            "what (goes|is good|do people buy|do people eat|do i buy) [well|best|together]"
            " (with|and) [my|the|some|a] {item}",
            "what (should|could|can|do) i (buy|get|have|serve|eat) (with|to go with)"
            " [my|the|some|a] {item}",
        ),
        {
            "item": Slot(
                ask="With what?",
                fits=lambda words: len(words.split()) <= 4,
                find=(r"\b(?:with|alongside|pair) (?:my |the |some |a )?(.+)$",),
            )
        },
        pure=True,
    ),
    Intent(
        "contains",
        (
            "(does|do) [the|a] {product} (contain|have|have any|contain any) {allergen} [in it]",
            "is there [any] {allergen} in [the|a] {product}",
            "(are there) [any] {allergen} in [the|a] {product}",
            "is [the|a] {product} {allergen} free",
        ),
        {"product": _PRODUCT, "allergen": Slot(choices=tuple(_ALLERGENS))},
        pure=True,
        # About allergens nobody else may guess.
        dictated=True,
    ),
    Intent(
        "nutrient",
        (
            "how (much|many) {nutrient} (is|are|is there|are there|does|do) [in] [the|a] {product}"
            " [have|contain]",
        ),
        {"product": _PRODUCT, "nutrient": Slot(choices=tuple(_NUTRIENTS))},
        pure=True,
    ),
    Intent(
        "product",
        (
            "(look up|find|search for|what is|scan) [the] [product|barcode|bar code]"
            " [number|with the barcode|with the number] {code}",
            "(look up|search for|find) the product {product}",
            "(what|which) allergens (are in|does|do|has|are there in) [the|a] {product}"
            " [have|contain]",
            "(what is|what's) in the product {product}",
            "(nutrition|nutritional values|allergens) (of|for|in) [the|a] {product}",
        ),
        {
            "product": Slot(),
            "code": Slot(fits=_is_code),
        },
        pure=True,
    ),
)


class Shopping:
    """From the wearer's own purchases, learned baskets and an index of products; all on device."""

    name = "shopping"
    about = "say what runs out and what is in a product"
    intents = beside(INTENTS, NOT_BOUGHT, COOKED)

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: Request) -> Answer:
        memory = self._services.need(Memory)
        match request.intent:
            case "out":
                return _out(request, memory)
            case "with":
                return _with(request, memory)
            case "bought":
                return _bought(request, memory)
        product, sorry = self._product(request)
        if product is None:
            return Answer(sorry)
        match request.intent:
            case "contains":
                return _contains(request, product, memory)
            case "nutrient":
                return _nutrient(request, product)
            case _:
                return _about(product, memory)

    def _product(self, request: Request) -> tuple[Product | None, str]:
        """The product that is meant, or why there is none."""
        products = self._services.find(Products)
        if products is None:
            return None, "I have no products to look up; edge shopping products brings some in."
        code = re.sub(r"\D", "", request.get("code", str) or "")
        if code:
            found = products.by_code(code)
            if found is None and not check_digit(code):
                return None, "That is no complete barcode number; please read it again."
            return found, "I don't know a product with that number."
        name = request.get("product", str) or ""
        named = products.by_name(name)
        return (named[0] if named else None), f"I don't know a product called {name}."


def _out(request: Request, memory: Memory) -> Answer:
    found = Purchases(memory).running_out(request.now.timestamp())
    if not found:
        return Answer("As far as I can tell from what you buy, nothing.")
    card = Card("Running out", tuple(because(rhythm) for rhythm in found[:10]), "list")
    reason = because(found[0]).removeprefix("Because ")
    names = spoken.several([rhythm.item for rhythm in found[:3]])
    return Answer(f"Perhaps {names}: {reason}", card)


def _bought(request: Request, memory: Memory) -> Answer:
    """When something was bought, and how often; without a name, what is bought most often."""
    purchases, now = Purchases(memory), request.now.timestamp()
    said = request.get("item", str)
    if not said:
        often = sorted(purchases.rhythms(now), key=lambda rhythm: rhythm.every)
        if not often:
            return Answer("I don't know enough of your purchases yet.")
        names = spoken.several([rhythm.item for rhythm in often[:3]])
        card = Card("Bought often", tuple(because(rhythm) for rhythm in often[:10]), "list")
        return Answer(f"Most often {names}.", card)
    last = purchases.last(said)
    if last is None:
        return Answer(f"I don't know that you bought {spoken.you(said)}.")
    day = spoken.day(datetime.fromtimestamp(last, request.now.tzinfo), request.now)
    same = [rhythm for rhythm in purchases.rhythms(now) if item_key(rhythm.item) == item_key(said)]
    every = f"; usually every {round(same[0].every)} days" if same else ""
    return Answer(f"You bought {said} {day}{every}.")


def _with(request: Request, memory: Memory) -> Answer:
    item = request.need("item", str)
    rules = Rules(memory).goes_with(item)
    if not rules:
        return Answer(f"I don't know what goes with {item}.")
    lines = tuple(
        f"{rule.other}: support {rule.support:.2%}, confidence {rule.confidence:.0%},"
        f" lift {rule.lift:.1f}, {rule.baskets} baskets, {rule.origin}"
        for rule in rules
    )
    first = rules[0]
    names = spoken.several([rule.other for rule in rules])
    who = "your" if first.origin == "your own purchases" else "the"
    return Answer(
        f"{names[:1].upper()}{names[1:]}: {first.confidence:.0%} of {who} baskets with {first.item}"
        f" have {first.other}, {first.lift:.1f} times as many as by chance.",
        Card(f"With {item}", lines, "list"),
    )


def _contains(request: Request, product: Product, memory: Memory) -> Answer:
    said = request.get("allergen", str)
    if said is None:
        return _about(product, memory)
    tag = _ALLERGENS[said]
    card = _card(product)
    if tag in product.allergens:
        return Answer(f"Yes, {product.title} contains {tag}.", card)
    if tag in product.traces:
        return Answer(f"{product.title} may have traces of {tag}.", card)
    if not product.allergens:
        return Answer(f"No allergens are stated for {product.title}; look at the package.", card)
    return Answer(
        f"{tag[:1].upper()}{tag[1:]} is not among the allergens stated for {product.title}; look"
        " at the package to be sure.",
        card,
    )


def _nutrient(request: Request, product: Product) -> Answer:
    said = request.get("nutrient", str)
    key = _NUTRIENTS.get(said or "")
    value = product.per_100.get(key) if key else None
    if key is None or value is None:
        return Answer(f"That is not stated for {product.title}.", _card(product))
    name = NUTRIENTS[key]
    amount = f"{value:.0f} {name}" if key == "energy-kcal" else f"{value:.1f} grams of {name}"
    return Answer(f"{product.title} has {amount.replace('.0 ', ' ')} in 100 grams.", _card(product))


def _about(product: Product, memory: Memory) -> Answer:
    stated = (
        f"contains {spoken.several(product.allergens)}"
        if product.allergens
        else "has no allergens stated"
    )
    return Answer(f"{product.title} {stated}.{_warning(product, memory)}", _card(product))


def _warning(product: Product, memory: Memory) -> str:
    """Whether the wearer told of an allergy to something in it."""
    for allergen in (*product.allergens, *product.traces):
        for fact in memory.facts.about(allergen):
            if re.search(r"allerg|intoleran|can't eat|cannot eat", fact.text.lower()):
                return f" Careful: you told me that {spoken.you(fact.text)}."
    return ""


def _card(product: Product) -> Card:
    lines = [f"Allergens: {', '.join(product.allergens) or 'none stated'}"]
    if product.traces:
        lines.append(f"Traces: {', '.join(product.traces)}")
    for key, value in product.per_100.items():
        unit = "kcal" if key == "energy-kcal" else "g"
        lines.append(f"{NUTRIENTS[key]}: {value:.4g} {unit} in 100 g")
    lines.append(f"Open Food Facts, {product.code}")
    return Card(product.title, tuple(lines), "product")
