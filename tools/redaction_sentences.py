"""Sentences with personal data, made up from a seed: what redaction is measured on.

Names, addresses and numbers are Faker's (https://faker.readthedocs.io), in the spelling of eleven
countries; the rules under test have no list of names. DEVELOPMENT is what the rules were made with,
TEST was written before, and its misses were not looked at one by one, but for telephone numbers
once, when a rule for streets had taken some of them.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from faker import Faker

LOCALES = (
    "en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL", "pl_PL", "pt_BR",
    "sv_SE",
)  # fmt: skip

TEST = {
    "name": (
        "What should I get {name} for our tenth anniversary?",
        "How do I tell my boss {name} that I want a raise?",
        "My daughter {name} is six, how much should she sleep?",
        "Is it rude not to answer {name}'s message for two days?",
        "{name} and I are going hiking, what should we pack?",
        "I had an argument with {name} about money, what can I do?",
        "Write a birthday poem for my grandmother {name}.",
        "My neighbor {name} plays loud music at night, is that legal?",
        "I think my son {name} is being bullied at school.",
        "Help me write an email to {full} about the late rent.",
        "How can I help my friend {name} stop smoking?",
        "My colleague {full} took credit for my work.",
        "What do I say to {name} at the funeral of her father?",
        "I was supposed to meet {name} at eight and he never came.",
        "My name is {full}, how do I write that in Japanese?",
        "Explain inflation so that {name}, who is seven, understands it.",
        "Should I lend my cousin {name} five hundred dollars?",
        "My dog {name} ate a piece of chocolate.",
        "I promised {name} I would cook tonight, give me an idea.",
        "Why does my landlord {full} want to see my bank statements?",
        "Doctor {last} told me to avoid grapefruit, why?",
        "Mrs. {last} is my son's teacher, what is a good present for her?",
        "How should I break up with {name}?",
        "My sister's husband {name} lost his job last week.",
        "I share an apartment with {name} and {other}, how do we split the bills?",
    ),
    "phone": (
        "My phone number is {phone}, which country is that?",
        "Why do I get calls from {phone} every evening?",
        "Is {phone} a scam?",
        "Write a note that says call me at {phone} if you find my keys.",
        "If the plumber can't come he should ring {phone}, how do I put that politely?",
        "Put my mobile, {phone}, into a signature for my emails.",
        "I missed a call from {phone}.",
    ),
    "card": (
        "My credit card {card} was declined, what can I do?",
        "Is {card} a valid card number?",
        "Which bank issued the card {card}?",
        "I typed {card} into a strange website, is that bad?",
    ),
    "account": (
        "My IBAN is {iban}, is it complete?",
        "They want me to transfer the deposit to {iban}.",
        "My bank account number is {account}, is that enough for a transfer?",
        "My social security number is {ssn}, who may ask for it?",
        "What does it mean that my passport number is {passport}?",
    ),
    "email": (
        "Is {email} a professional address?",
        "I can't log in with {email} any more.",
        "Write a reply to {email} saying that I can't come.",
        "Somebody writes to me from {email}, is that spam?",
    ),
    "address": (
        "I live at {street}, what can I do about noise?",
        "How do I get an internet connection at {street}?",
        "We are moving to {street}, what do I have to think of?",
        "Write an invitation to a party at {street}.",
        "My package was delivered to {street} by mistake.",
    ),
    "date": (
        "I was born on {born}, what is my star sign?",
        "My date of birth is {born}, when can I retire?",
        "My son's birthday is {born}, how old will he be in 2040?",
        "She was born {born}, is she a leap year baby?",
    ),
    "code": (
        "My door code is {pin}, is that a safe one?",
        "Is {password} good enough? My password is {password}.",
        "The PIN of my card is {pin}, how can I remember it?",
        "The wifi password is {password}, make a sign for my guests.",
    ),
    "fact": (
        "Is {fact} a common name?",
        "What would {fact} like for dinner?",
        "How old is {fact} in dog years?",
        "Tell me a story about {fact} and a dragon.",
        "why is {fact} so tired in the morning",
    ),
}
DEVELOPMENT = {
    "name": (
        "My wife {name} is turning forty, what can I plan?",
        "What's a nice thing to say to {name} after her surgery?",
        "I'm having dinner with {name} on Friday, where should we go?",
        "My brother {name} wants to learn the guitar.",
        "{name}'s wedding is next month, what do I wear?",
        "My boyfriend {name} snores, what helps?",
        "Write a letter of recommendation for my student {full}.",
        "My lawyer {full} charges three hundred an hour, is that a lot?",
        "I owe {name} twenty dollars, how do I apologise?",
        "Our nanny {name} is ill, what can I do with the children?",
        "I am {full} and I need a short biography.",
        "Mr. {last} from work keeps interrupting me.",
        "My best friend {name} is moving to Canada.",
        "How can I get {name} to eat vegetables? He is three.",
        "I met {name} on a train and can't stop thinking about her.",
        "My cat {name} won't use the litter box.",
        "I live with {name} and {other} and the kitchen is always dirty.",
        "Would {name} like a book or a plant better? She is my aunt.",
        "My mother in law {name} criticises my cooking.",
        "We named our baby {name}, where does that come from?",
    ),
    "phone": (
        "My number is {phone}, make a jingle for it.",
        "Who calls from {phone}?",
        "Tell him to text {phone}.",
        "Please put {phone} on my business card.",
    ),
    "card": ("My card number is {card}, is it a Visa?", "Can I pay online with {card}?"),
    "account": (
        "Which bank is {iban}?",
        "My account number is {account}.",
        "My social security number is {ssn}, does that tell where I was born?",
    ),
    "email": ("My email is {email}, is that too long?", "How do I block {email}?"),
    "address": (
        "My address is {street}, how do I write that?",
        "Is {street} a good place to park?",
    ),
    "date": ("I was born on {born}, how many days is that?", "My birthday is {born}."),
    "code": ("My password is {password}, is it safe?", "The code for the garage is {pin}."),
    "fact": ("Does {fact} need a vaccination?", "Write a song for {fact}."),
}
SHARES = {
    "name": 0.4, "phone": 0.12, "card": 0.06, "account": 0.08, "email": 0.08, "address": 0.08,
    "date": 0.06, "code": 0.06, "fact": 0.06,
}  # fmt: skip
FACTS = ("my wife is called {}", "my dog's name is {}", "{} is my daughter", "my best friend is {}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One question."""

    kind: str
    text: str
    secrets: tuple[str, ...]
    """What must not be sent."""
    known: tuple[str, ...] = ()
    """What was told to be remembered."""


def sentences(count: int, seed: int, templates: dict[str, tuple[str, ...]]) -> list[Sentence]:
    """`count` of them, shared out as in SHARES."""
    chance = random.Random(seed)
    fakers = []
    for locale in LOCALES:
        faker = Faker(locale)
        faker.seed_instance(chance.randrange(1 << 30))
        fakers.append(faker)
    made = []
    kinds = list(SHARES)
    while len(made) < count:
        [kind] = chance.choices(kinds, [SHARES[kind] for kind in kinds])
        made.append(_sentence(kind, chance.choice(templates[kind]), chance.choice(fakers), chance))
    return made


def _sentence(kind: str, template: str, faker: Faker, chance: random.Random) -> Sentence:
    values = {
        "name": faker.first_name,
        "other": faker.first_name,
        "last": faker.last_name,
        "full": lambda: f"{faker.first_name()} {faker.last_name()}",
        "fact": faker.first_name,
        "phone": faker.phone_number,
        "card": lambda: _fours(faker.credit_card_number(chance.choice(("visa16", "mastercard")))),
        "iban": lambda: _fours(faker.iban()) if chance.random() < 0.5 else faker.iban(),
        "account": lambda: str(chance.randrange(10**7, 10**10)),
        "ssn": lambda: (
            f"{chance.randrange(100, 900)}-{chance.randrange(10, 99)}"
            f"-{chance.randrange(1000, 9999)}"
        ),
        "passport": lambda: f"{chance.choice('CFKLX')}{chance.randrange(10**7, 10**8)}",
        "email": faker.email,
        "street": lambda: _line(faker.street_address()),
        "born": lambda: _date(faker.date_of_birth(), chance),
        "pin": lambda: str(chance.randrange(1000, 10000)),
        "password": lambda: faker.password(chance.choice((8, 10, 12)), special_chars=False),
    }
    slots = dict.fromkeys(re.findall(r"{(\w+)}", template))
    filled = {slot: values[slot]() for slot in slots}
    known = tuple(chance.choice(FACTS).format(it) for slot, it in filled.items() if slot == "fact")
    return Sentence(kind, template.format(**filled), tuple(filled.values()), known)


def _fours(text: str) -> str:
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def _line(address: str) -> str:
    return address.replace("\n", ", ")


def _date(day, chance: random.Random) -> str:
    return chance.choice(
        (
            f"{day:%B} {day.day}, {day.year}",
            f"{day.day} {day:%B} {day.year}",
            f"{day:%d/%m/%Y}",
            f"{day:%Y-%m-%d}",
            f"the {day.day}th of {day:%B} {day.year}",
        )
    )


_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def heard(text: str) -> str:
    """As a recogniser without capitals and digits writes it."""
    text = re.sub(r"(?<=\S)@(?=\S)", " at ", text.lower())
    text = re.sub(r"(?<=\w)\.(?=\w)", " dot ", text)
    text = re.sub(r"\d", lambda digit: f" {_DIGITS[int(digit[0])]} ", text)
    text = text.replace("+", " plus ")
    return " ".join(re.sub(r"[^\w' ]", " ", text).split())


_TEENS = [
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip


def said(text: str) -> str:
    """The same as people say it: "forty two", "the third of march", "nineteen eighty five".

    Numbers of four digits and more are read digit by digit, but for years; so are those in groups.
    """
    text = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", lambda day: _ordinal(int(day[1])), text)
    text = re.sub(rf"\b(\d{{1,2}})(?= (?:{_MONTHS}))", lambda day: _ordinal(int(day[1])), text)
    text = re.sub(
        r"(?<![\d-])(?<!\d )(?:19|20)\d\d(?![\d-]| \d)", lambda year: _year(year[0]), text
    )
    alone = r"(?<![\w.+()/-])(?<!\d )[1-9]\d{1,2}(?![\w()/-]|[ .]\d)"
    text = re.sub(alone, lambda number: _number(int(number[0])), text)
    return heard(text)


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"


def _number(value: int) -> str:
    """Below a thousand."""
    if value >= 100:
        rest = f" {_number(value % 100)}" if value % 100 else ""
        return f"{_DIGITS[value // 100]} hundred{rest}"
    if value >= 20:
        return f"{_TENS[value // 10 - 2]} {_DIGITS[value % 10] if value % 10 else ''}".strip()
    return _TEENS[value - 10] if value >= 10 else _DIGITS[value]


def _ordinal(value: int) -> str:
    *first, last = _number(value).split()
    return " ".join([*first, _ORDINALS.get(last, f"{last}th")])


def _year(year: str) -> str:
    head, tail = int(year[:2]), int(year[2:])
    if head == 20 and tail < 10:
        return f"two thousand {_DIGITS[tail]}" if tail else "two thousand"
    if not tail:
        return f"{_number(head)} hundred"
    return f"{_number(head)} {'oh ' if tail < 10 else ''}{_number(tail)}"
