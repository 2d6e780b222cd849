"""How the weather is asked for, and what of it."""

from __future__ import annotations

import re

from edge.reason.several import each_place
from edge.reason.skill import Intent, Slot

_SKY = (
    "rain|rains|raining|rainy|snow|snows|snowing|snowy|sunny|sun|cloudy|clouds|windy|wind|hot|cold"
    "|warm|cool|bad|good|terrible|lovely"
    "|chilly|humid|foggy|fog|storm|storms|stormy|shower|gale|gales|freezing|freeze|hail|icy"
    "|overcast|clear|dry|wet|nice|pour|pouring|drizzle|drizzling|thunder|thunderstorm"
    "|thunderstorms|precipitation|muggy|breezy|gusty|blustery|frost|frosty|sleet|sleeting"
    "|hailing|misty|hazy|showers|showery|scorching|sweltering|lightning"
)
_SKY_OF_DAY = re.sub(r"\|(?:bad|good|terrible|lovely|pour|hail|clear)\b", "", _SKY)
"""What a day can be said to be where nothing else is said."""
_WORN = (
    "umbrella|(?:evening )?rain ?coat|jacket|coat|(?:heavy |light )?sweater|hoodie|sunglasses"
    "|sun ?screen(?: lotion| cream)?|sun ?block|shorts|(?:snow |rain )?boots|gloves|mittens"
    "|hat|cap|scarf|sandals|sneakers|shoes|pants|jeans|flip flops|t-? ?shirt|swimsuit"
    "|galoshes|wellies|wellingtons|rain gear|poncho|parka|anorak|windbreaker|thermals|fleece"
    "|cardigan|blazer|tank top|long sleeves|tights|earmuffs|beanie|sun hat"
)
_MEASURED = (
    "temperature|humidity|(?<=the )highs?|(?<=the )lows?|degrees?|climate|sunrise|sunset|uv index"
    "|wind speed|visibility|pollen"
    "|(?:higher|lower|more|less|warmer|colder|hotter|cooler) than \\w+"
    "|(?:warm|cold|hot|cool|high|low|wett|dri)(?:er|est)"
    "|(?:over|under|above|below) \\w+(?= degrees)"
    "|summer|winter|spring|autumn"
    "|tornado(?:es)?|hurricanes?|blizzards?|floods?|cold front|heat wave"
)
_KIND = (
    r"(?:(?:(?:light|heavy|thick|thin|winter|warm)(?: (?:or|and))? )*"
    rf"(?:{_SKY}|{_WORN}|{_MEASURED}))"
)
_STOP = (
    r"(?=(?: (?:in|at|from|near|before|when|if|because|as|while|since|until|for|during|outside"
    r"|out(?=$)|to (?:work|school|the|my|our|class|church|go)|today|tonight|tomorrow"
    r"|with (?:me|us|you)|right now|now|later|please)\b.*)?$)"
)
"""Where what is asked about ends: at a place, a reason, or the end."""
_DO = (
    r"(?:have|need|needs|going|gonna|want|like|likely|able|supposed|better|still|also|really|even"
    r"|actually|just|be|get|to|take|bring|wear|carry|use|expect|pack|grab|put on|along|a|an|any"
    r"|some|my|our|the|recommend|suggest|advise)"
)
_BE = (
    r"(?:still|going|gonna|supposed|expected|likely|to|be|been|get|getting|feel|look|a|an|any|some"
    r"|very|really|too|quite|pretty|so|that|the|like)"
)
_NO_MATTER = (
    r"(?!(?:is|are|be|was|will|the|a|an|it|what|how|of|to|any|current|currently|local|today|weather"
    r"|forecast|tell|give|show|check|get|know|like|latest|about|and|or|my|me|much|many|long|this"
    r"|that|week|weekly|daily|hourly|day|night|morning|evening|for|in|outside|out|there|here)\b)"
)
_NO_LINK = r"(?!(?:in|at|on|for|if|when|today|tomorrow|outside|out|weather)\b)"
_THING = r"[a-z'-]+"
_NOTHING = frozenset(
    {"look", "looking", "like", "get", "got", "be", "do", "wear", "wearing", "dress", "expect"}
    | {"go", "going", "know", "see", "have", "report", "conditions", "condition", "update", "news"}
    | {"updates", "status", "outlook", "prediction", "info", "information", "kind", "type", "sort"}
    | {"extended", "same", "hourly", "daily", "weekly", "weekend", "check", "tell", "find", "out"}
    | {"the", "a", "an", "today", "current", "next", "please", "it", "now", "here", "there", "do"}
)
"""Words that say nothing of what the question is about."""


def _says(words: str) -> bool:
    """Whether something is asked about in particular."""
    return not {word for word in words.lower().split() if len(word) > 1} <= _NOTHING


_ABOUT = Slot(
    "text",
    fits=_says,
    # What is already known to be worn, or of the sky; one, or from the first to the last:
    # "cloudy or sunny". Then what stands where such a word would: "is it sticky".
    find=(
        # "Should I open the sun roof", "do I need snow tyres", "shall I wear sandals or shoes".
        r"(?:^|\b(?:if|think|weather|today|tomorrow|tonight|and) )"
        r"(?:should|shall|do|will|would|must|have|can|could|am|if) (?:i|we|you) "
        rf"(?:{_DO} )*({_NO_LINK}(?:{_THING} ){{0,5}}?(?!out\b|weather\b){_THING}){_STOP}",
        rf"\b({_KIND}(?:(?: [\w']+){{0,5}}? {_KIND})*)\b",
        rf"\b(?:is|will|was|does|would|might|could) (?:it|there|today|tomorrow|the \w+) (?:{_BE} )*"
        rf"{_NO_MATTER}({_THING}(?: (?:or|and) {_THING})?)",
        rf"\bhow {_NO_MATTER}({_THING}) (?:is|was|will|does|are)\b",
        rf"\b({_NO_MATTER}{_THING}(?: (?:or|and) {_NO_MATTER}{_THING})?) weather\b",
        rf"\b(?:what|how)(?:'s|s| is| are) (?:the )?(?:current )?{_NO_MATTER}"
        rf"({_THING}(?: {_THING}){{0,2}}?){_STOP}",
        rf"\bweather (?:(?:is|will|going|to|be|get) )+{_NO_MATTER}({_THING}){_STOP}",
    ),
)
_PART = Slot(
    "when",
    # "Daily" and "hourly" say what kind of forecast, and not when.
    fits=lambda words: not re.fullmatch(r"(?:hourly|daily|weekly|nightly|monthly)", words.lower()),
    find=(
        # "A sticky night" is the coming one.
        r"\b(?:be|is it|have|for|getting|get) (?:an?|the) (?:[a-z]+ (?:and |or )?){0,2}"
        r"(morning|afternoon|evening|night)\b(?! \w)",
    ),
)
_CUE = (
    r"\bweather\b|\bforecast\b|\b(?:umbrella|rain ?coat|sun ?screen|sun ?glasses)s?\b"
    r"|\b(?:be|is|getting|get) (?:it )?(?:so |too |very |still )?"
    r"(?:raining|snowing|hailing|sleeting)"
    r"|\bis it (?:going to|supposed to|gonna) (?:rain|snow|hail|storm)\b"
    r"|\b(?:snow|winter|rain|all season) (?:tyres?|tires?|chains|boots|gear|shovel|jacket|coat)\b"
    r"|\b(?:should|shall|do|will|must) (?:i|we) (?:(?:have|need|want) to )?"
    r"(?:wear|dress|bundle up)\b"
    r"|\b(?:what|which|how) (?:\w+ ){0,4}?(?:should|shall|do|can|to) (?:i |we )?(?:wear|dress)\b"
    r"|\b(?:hot|cold|warm|chilly|windy|nice|pleasant) (?:is it )?(?:outside|outdoors|out there)\b"
    r"|\b(?:temperature|humidity|climate) (?:in|of|outside|today|tomorrow|tonight)\b"
)
_WHERE = "[in|for|at {place}]"

INTENTS = (
    Intent(
        "forecast",
        (
            "[what is|what's|how is|how's|tell me|give me|check|show me|get|get me|look up] [the]"
            " [current] (weather|forecast|weather forecast|weather report|temperature)"
            " [like|doing|looking like|update|outside|today|report|forecast] [(in|for|at) {place}]"
            " [like] [today|outside]",
            "what (will|does|is) [the] [weather] (be|look|going to be|looking|doing) [like]"
            " [the weather] [(in|for|at) {place}]",
            "how (will|does) the weather (be|look) [(in|for|at) {place}]",
            f"(will|is|does) (it|there) [be] [going to] [be] [any|some] ({_SKY})"
            " [outside] [(in|at) {place}]",
            f"(is|will) it [going to] be [a|an] ({_SKY}) (day|morning|afternoon|evening|night)"
            " [(in|at) {place}]",
            f"is it going to [be] ({_SKY}) [(in|at) {{place}}]",
            "how (hot|cold|warm|windy|humid) (is|will) it [be] [outside] [(in|at) {place}]",
            "(do i|will i|should i|am i going to) (need|take|bring|wear|need to bring|need to take)"
            " [a|an|my|some] (umbrella|jacket|coat|raincoat|sweater|sunglasses|sunscreen|gloves|hat"
            "|scarf|boots|shorts)",
            "{place} weather",
            "[is there|what's|what is|give me|tell me|let me know|show me|any] [any|the]"
            " [latest|new|recent|current] weather"
            " (news|update|updates|alerts|warnings|warning|conditions) [(in|for) {place}]",
            "[what is|what's|tell me|give me|show me|get] [the] [current|average|expected|today's]"
            " (minimum|maximum|min|max|lowest|highest|average|mean) (temperature|temperatures)"
            " [outside|today] [(in|for|at|of) {place}]",
            "(what is|what's|tell me|give me) [the] [current] (temperature|weather|climate) of"
            " {place}",
            "(ask|look|search) for the (weather|forecast|weather forecast|weather report)"
            " [(in|for|at|of) {place}]",
            "(do|would) you (recommend|suggest|advise) [taking|bringing|wearing|carrying]"
            " [a|an|my|some|any]"
            " (umbrella|umbrellas|jacket|coat|raincoat|sweater|sunglasses|sunscreen|gloves|hat"
            "|scarf|boots|shorts)",
            "(extended|long range|long term|hourly|daily|weekly|weekend) (forecast|weather forecast"
            "|weather) [(in|for|at) {place}]",
            "how (strong|high|fast) (is|are|will) the (wind|winds) [be] [(in|at) {place}]",
            "(what is|what's|whats) the (low|high|lows|highs|high and low|low and high)"
            " [temperature|temperatures] [(in|at|for) {place}]",
            "when (will|does|is) the (rain|snow|storm|wind) [going to] (start|begin|stop|end"
            "|starting|stopping|ending) [(in|at) {place}]",
            "(what's|what is|how high is|how is|how's) the (humidity|wind|wind speed|uv index"
            "|dew point|chance of rain|chance of snow|air quality)"
            " [like|now|right now|outside|today] [(in|for|at) {place}]",
            f"when (will|is) it [going to|supposed to|suppose to|expected to] [be|get] ({_SKY})"
            " [again|next] [(in|at) {place}]",
            "when (will|is) it [going to|supposed to|suppose to|expected to] [be|get]"
            " (above|over|below|under) {degrees} [degrees] [again|next]",
            "(what's|what is|how's|how is) it [going to be] [like] [today|outside|out] in {place}"
            " [today|right now|now]",
            "(what's|what is|how's|how is) it [going to be] [like] (outside|out [there])",
            "what (will|is) the (high|low|temperature|humidity|wind) (be|going to be) [like]"
            " [today|outside] [(in|for|at) {place}]",
            # "Is the weekend going to be nice": the day is cut out.
            "(is|will) (be|going to be|gonna be|supposed to be|expected to be|looking)"
            f" ({_SKY_OF_DAY})",
        ),
        {
            "place": Slot("place"),
            "when": _PART,
            "about": _ABOUT,
            "degrees": Slot("number"),
            "agreed": Slot("yes_no"),
        },
        cue=_CUE,
        several=each_place,
        # Not pure: asking somebody else can be noticed.
        unless=(
            r"\bmoon\b|\btides?\b|^repeat\b|\b(?:which|what) events?\b"
            # What has been is news, and where it is so is a riddle.
            r"|\bhow many\b.*\b(?:have|has) (?:there been|been|happened|hit)\b"
            r"|\b(?:tell me|name|give me) (?:of |about )?(?:an?|some|any|the) (?:place|city|country"
            r"|state|town)s? (?:that|where|which|with)\b"
            r"|\b(?:which|what) (?:places|cities|countries|states|city|country|state)\b"
            r"|\b(?:(?<!weather )news|headlines|articles?|tickets?|trains?|flights?|songs?)\b"
            r"|\band weather news\b"
            # What has a temperature of its own is no weather.
            r"|\bbody temperature\b|\btemperatures? (?:of|in|inside) (?:(?:the|my|our|an?) )?"
            r"(?:[\w-]+ )?(?:sun|moon|water|ocean|sea|lava|body|room|oven|fridge|freezer|house"
            r"|pool|coffee|tea|space)\b[.?!]*$"
            r"|\b(?:is|are) (?:the|my|our) (?:pool|water|bath)\b|\byour favou?rite\b"
            r"|\b(?:send|write|draft|compose|reply|create|make|start)\b"
            r".*\b(?:e-?mails?|message|text|mail)\b|\bsent to (?!me\b|us\b)"
        ),
    ),
)
