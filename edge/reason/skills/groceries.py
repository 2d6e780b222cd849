"""Tells things to buy apart that are said without a pause: "milk eggs bread".

What stands in a row is only taken apart where each of it is known to be a thing by itself, so that
"chicken soup" and "olive oil" stay what they are.
"""

# ruff: noqa: SIM905 - word lists read best so

from __future__ import annotations

import re

_NEVER_BOUGHT = (
    "it|here|there|you|him|her|them|us|me|time|luck|ideas?|patience|breath|order|town|sight|work"
    "|office|control|date|touch|options?|choices|energy|steam|shape|place|bounds|reach|range|sync"
    "|tune|style|fashion|stock|service|use|business|hope|faith|danger|trouble|practice|pocket|money"
    "|cash|funds|battery|power|memory|storage|space|room|words|excuses|reasons|answers|questions"
    "|jokes|names|topics|stories|school|bed|jail|prison|hospital|character|focus|love|sleep|rest"
    "|strength|motivation|inspiration|confidence|sick days?|vacation(?: days?)?|rain|sun|sunshine"
    "|help|peace|quiet|silence|volume|privacy|advice|information|evidence|proof|each other"
    r"|(?:things|ways|places|people|stuff) to \w+"
    "|the (?:question|loop|woods|way|house|office|country|city|room|running|game|ordinary|blue"
    "|hospital|shower|race|box)|(?:my|our|your) (?:minds?|depth|league|element|control|hands"
    "|reach|way|comfort zone|system|heads?)"
)
NOT_BOUGHT = (
    r"^(?!.*\b(?:lists?|shopping|groceries)\b).*\b(?:(?:out of|low on|short on|short of)"
    r"|(?:we|i) (?:need|have to buy|must buy|should buy)(?: to (?:buy|get))?)"
    rf" (?:(?:more|some|all|any|new|fresh|a bit of|a little) )*(?:{_NEVER_BOUGHT})"
    r"(?= (?:now|today|right now|this week|next week|for|on|at|until|till|again|here|soon)\b"
    r"|[\s.,!?]*$)"
)
"""What one may be out of, and finds in no shop."""
_ALONE = frozenset(
    "milk bread butter cheese yogurt yoghurt rice pasta spaghetti flour sugar salt pepper coffee"
    " tea chicken beef pork turkey fish salmon tuna ham bacon shrimp tofu honey jam ketchup"
    " mustard mayo mayonnaise vinegar oil garlic ginger lettuce spinach broccoli cauliflower"
    " celery kale parsley basil cabbage corn cereal oatmeal granola chocolate beer wine juice"
    " water soda lemonade ice detergent soap shampoo conditioner toothpaste deodorant bleach foil"
    " cream cinnamon hummus salsa popcorn cheddar mozzarella parmesan feta asparagus zucchini"
    " eggs apples bananas oranges lemons limes grapes pears peaches plums berries strawberries"
    " blueberries raspberries cherries melons avocados tomatoes potatoes onions carrots cucumbers"
    " mushrooms peppers beans peas lentils nuts almonds walnuts raisins dates olives pickles"
    " cookies crackers chips pretzels bagels buns tortillas noodles sausages burgers diapers"
    " nappies wipes tissues napkins batteries candles sponges matches crisps biscuits courgettes"
    " aubergines oats".split()
)
"""What is bought under a name of one word; what is counted, in the plural only."""
_TOGETHER = frozenset(
    "peanut butter|almond butter|apple juice|orange juice|tomato juice|lemon juice|ice cream"
    "|sour cream|heavy cream|whipping cream|shaving cream|whipped cream|cream cheese|goat cheese"
    "|cottage cheese|cheddar cheese|parmesan cheese|string cheese|blue cheese|olive oil"
    "|vegetable oil|coconut oil|sesame oil|sunflower oil|almond milk|oat milk|soy milk"
    "|coconut milk|rice milk|chocolate milk|milk chocolate|dark chocolate|hot chocolate"
    "|garlic bread|banana bread|rye bread|white bread|brown bread|corn bread|corn flour"
    "|almond flour|brown rice|white rice|brown sugar|powdered sugar|icing sugar|sea salt"
    "|black pepper|cayenne pepper|bell peppers|red peppers|green peppers|green beans|black beans"
    "|kidney beans|baked beans|coffee beans|jelly beans|butter beans|soy sauce|hot sauce"
    "|tomato sauce|pasta sauce|fish sauce|apple sauce|barbecue sauce|maple syrup|baking powder"
    "|baking soda|ice water|sparkling water|mineral water|coconut water|bottled water|green tea"
    "|black tea|iced tea|ice tea|green onions|spring onions|red onions|sweet potatoes|pine nuts"
    "|egg noodles|ground beef|minced beef|corn flakes|potato chips|tortilla chips|chocolate chips"
    "|butter chicken|toilet paper|paper towels|kitchen roll|dish soap|hand soap|laundry detergent"
    "|bin bags|trash bags|garbage bags|cat food|dog food|cat litter|baby food|baby wipes"
    "|ice cubes|chicken soup|tomato soup|cherry tomatoes|tomato paste|coffee filters"
    "|coffee creamer|red wine|white wine|root beer|ginger ale|ginger beer|energy bars"
    "|granola bars|frozen peas|tin foil|aluminum foil|fruit salad|potato salad|apple pie"
    "|rice cakes".split("|")
)
"""What is bought under a name of several words."""
_BOUND = frozenset(
    "soup soups sauce salad pie cake cakes stock broth chips noodles rolls crackers oil powder"
    " paste wings breast breasts thighs nuggets fillets sausages burgers sticks cubes bars spread"
    " juice buns cookies tea beans wipes vinegar water ice".split()
)
"""What is often a kind of what stands before it: "chicken sausages", "rice noodles"."""
_COUNT = (
    r"(?:(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|some|more)\s+)?"
    r"(?:(?:half an?|dozen|couple of|few)\s+)?"
    r"(?:(?:bottle|box|bag|pack|packet|can|tin|jar|loaf|carton|bunch|head|piece|pound|kilo|gallon"
    r"|liter|litre)(?:s|es)? of\s+)?"
)
_LEAD = re.compile(_COUNT, re.IGNORECASE)


def told_apart(words: str) -> list[str]:
    """The things in `words`, where they are several known ones in a row; else these words alone."""
    things, rest = [], words.strip()
    while rest:
        lead = _LEAD.match(rest)
        count = lead[0] if lead is not None else ""
        name = _first(rest[len(count) :])
        if not name:
            return [words]
        things.append(f"{count}{name}")
        rest = rest[len(count) + len(name) :].strip()
    return things if len(things) > 1 else [words]


def _first(words: str) -> str:
    """The thing that `words` begin with; empty where that is not certain."""
    said = words.split()
    if " ".join(said[:2]).lower() in _TOGETHER:
        return " ".join(said[:2])
    if not said or said[0].lower() not in _ALONE:
        return ""
    counted = said[0].lower().endswith("s")
    if len(said) > 1 and not counted and said[1].lower() in _BOUND:
        return ""
    return said[0]
