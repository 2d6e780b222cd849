"""What is beside the subjects of the skills, and no question for them (`Intent.unless`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from edge.reason.skill import Intent

_LEAD = (
    r"^(?:(?:hey|ok|okay|so|and|please|well|can you tell me|tell me|do you know|i wonder"
    r"|i'd like to know)\b[\s,]*)*"
)
_OWN = r"\b(?:i|i'm|i've|my|mine|we|our|for me)\b"
WHY = rf"{_LEAD}why (?!don't (?:you|we)\b|not\b)"
EXPLAINED = (
    WHY + "|" + _LEAD + r"how (?:do|does|did|can|could|would|should|to)"
    r" (?!my\b|our\b|it\b|things\b|this\b|today\b|to(?:morrow|night)\b|i (?:dress|do)\b"
    r"|the (?:weather|sky|day|week|weekend|forecast)\b)"
)
"""What has a reason or a manner is explained, and not looked up among one's own."""
MEANT = (
    r"\bwhat (?:does|do|did|is|was)\b.*\bmeans?\b|\bmeaning of\b"
    rf"|^(?!.*{_OWN}).*\bever\b"
    rf"|{_LEAD}what (?:did|do) (?:people|they|most)\b"
    rf"|^(?!.*{_OWN}).*\bwhat should\b"
)
"""What has a meaning, or ever was, neither."""
WHO = rf"{_LEAD}who(?:'s|'d| (?!am\b|do i\b|set\b))"
"""Nobody makes the weather, and a timer is nobody."""
PAST = (
    r"\bon record\b|\brecorded\b|\bin history\b|\bclimate change\b|\bglobal warming\b"
    r"|\bhurricane season\b|\bmeteorolog\w+"
)
"""Of the weather, what no forecast has."""
PUBLIC = (
    rf"^(?!.*{_OWN}).*\b(?:court|council|congress|senat\w+|parliament|government|president(?:'s)?"
    r"|prime minister|mayor|united nations|governor|king|queen|pope)\b"
)
"""Whose meetings are on nobody's calendar."""
OTHERS = (
    r"\b(?!(?:to(?:day|morrow|night)|week|month|year|day|weekend|morning|evening|afternoon|what"
    r"|who|where|when|how|it|that|there|let|here|\w+day)'s)\w+'s (?:\w+ )?"
    r"(?:schedule|calendar|agenda|diary)\b"
    r"|\bdoes (?!my\b|the\b|it\b|this\b|that\b|\w*day\b|tomorrow\b)\w+ have (?:any|plans)"
    r"|\b(?:what's|what is) my (?:wife|husband|partner|boyfriend|girlfriend|mother|mom|mum|father"
    r"|dad|son|daughter|brother|sister|boss|friend)\b.* (?:doing|up to)\b"
)
"""Somebody else's calendar."""
SENT = rf"{_LEAD}(?:ask|text|email|message) (?!me\b|us\b|about\b|for\b)(?!.*\bremind)"
"""What somebody is to be told now."""
TOLD = (
    r"^(?!.*\bremind)(?:(?:i (?:want|need|would like|have)|i'd like) to |(?:can|could|would) you "
    r"|please )*(?:(?:tell|inform) (?:my \w+|(?!me\b|us\b|about\b|the\b|all\b|my\b)\w+)"
    r" (?:that|the|my|our|about|i|we)\b|let (?!me\b|us\b)\w+ know\b)"
)
"""What somebody is to be told, of a meeting too."""
HAD = (
    r"^(?:(?:today|yesterday|earlier|last \w+|this \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
    r" )?(?:i|we) had (?!to\b)"
    r"(?!.*\b(?:when|what|which|show|check|delete|cancel|remove|move|add|put|remind\w*)\b)"
)
"""What was, and is only told."""
WENT = (
    r"^(?:my|our|the|today's|it) (?:[\w']+ ){0,3}?(?:went|was|is going|has been|has gone)"
    r" (?:really |very |so |pretty |quite )?"
    r"(?:well|great|good|fine|okay|ok|bad|badly|awful|terrible|horrible|nice|fun|long|boring|busy)\b"
    r"|^(?:has (?:it|today)|was (?:it|today|yesterday)) (?:been )?an? \w+ (?:day|week|morning)\b"
    r"|\b(?:tell|talk to|ask) you about\b"
)
"""How something was, which is told or talked about."""
CALENDARS = (
    r"\b(?:gr[ei]g\w+|julian|roman|lunar|chinese|hebrew|mayan|aztec|islamic|muslim|jewish|hindu)"
    r" calendars?\b|\bfirst calendars?\b|\b(?:calendars? (?:was|were)|invent\w* the calendar)\b"
)
"""How peoples count their days."""
PART_NOW = (
    rf"{_LEAD}(?:is it|isn't it|is it not) (?:(?:still|already|yet|now|almost|nearly|past|after"
    r"|before) )*(?:the )?(?:morning|afternoon|evening|night(?:[- ]?time)?|day ?time|noon|midday"
    r"|midnight|(?:lunch|dinner|supper|breakfast|tea|bed)[- ]?time|am or pm|day or night)"
    r"(?: (?:yet|already|now|right now|still|in (?!the\b).+))*[\s.!?]*$"
)
"""What time of day it is."""
FAMOUS = (
    r"^(?!.*\b(?:my|our|calendar|schedule|agenda|remind\w*)\b)"
    r".*\b(?:olympics?|commonwealth games|world (?:cup|series|championships?)|super bowl|grand prix"
    r"|(?:premier|champions|major) league|playoffs|grammys|oscars|mma|ufc|nba|nfl|nhl|mlb"
    r"|formula (?:one|1))\b"
    r"|^(?!.*\b(?:i|my|our|calendar|schedule|agenda|remind\w*)\b)"
    r".*\b(?:events?|games?|fights?|match(?:es)?|concerts?|shows?|plays?|tours?|bands?|circus|fairs?)"
    r"\b.*(?:\bcoming to (?!our\b|an? (?:end|close)\b)"
    r"|\b(?:at|in) the (?:stadium|arena|(?:amphi)?theat(?:er|re)|museum|opera|coliseum"
    r"|library|mall|zoo|casino|town hall|fairgrounds?|community cent(?:er|re))\b)"
)
"""What the whole world, or a town, goes to."""
PAID = r"\b(?:did|do|have) (?:i|we) (?:spend|spent|earn|earned)\b"
DELIVERED = (
    r"^(?!.*\b(?:calendar|schedul\w+|agenda|remind\w*|appointments?|lists?)\b)"
    r"(?:is|are|when|where|has|have|did|do|any)\b"
    r".*\b(?:packages?|parcels?|deliver(?:y|ies)|laundry|mail|voice ?mails?)\b"
)
"""What comes by post, or out of the machine."""
ABOUT_SOMEBODY = (
    r"^(?:is|are|was) (?:my|our)"
    r" (?!(?:\w*day|week\w*|month|morning|afternoon|evening|night|schedule|calendar|agenda)\b)"
    r"\w+ (?:home|here|there|sick|ill|ok|okay|alright|asleep|awake|up"
    r"|back|late|alive|safe|mad|angry|happy|busy|free|pregnant|at (?:home|work|school))\b"
)
"""Where somebody is, and how they are."""
TRAVELLED = (
    r"\b(?:trains?|bus(?:es)?|flights?|planes?|ferr(?:y|ies)|trams?|subway|metro|shuttles?)\b"
)
"""What goes by a timetable."""
PUBLISHED_TODAY = r"\b(?:news|headlines|scores?)\b"
OF_EVENT = (
    rf"{_LEAD}what time(?:'s| is| are| was| were) (?!(?:it|its|it's|now|right now"
    r"|exactly|we(?: at)?[\s.!?]*$|the (?:time|current|clock|local)|time|current\w*|local"
    r"|here|there|this|that|in|at|on|for|our time|my time|today)\b)\w"
    r"|\b(?:what(?:'s| is)|tell me|do you know) the (?:start |starting )?time of (?:the|my|our)"
    r" (?!day\b)|\b(?:out of|short on|have no|buy|need(?: more)?) time\b"
    r"|\bwhat time (?:the |my |our )?(?!(?:it|is|in|time|zone|now|of)\b)\w+ (?:is|starts|begins)\b"
)
"""When something is, and no time of a place called so."""
LATE = r"\bhow late (?:am|are|was|were|will|do|does|can|is (?!it\b))"
"""How late somebody is, or something is open, and not what time it is."""
ARRIVED = r"\b(?:until|till|before) (?:i|we|they|he|she|you) (?:get|arrive|reach|land|are)\b"
MEASURED = (
    rf"{_LEAD}how (?:do|can|could|would|should) (?:i|you|we|one) measure\b(?!.*\b(?:in|to|into)\b)"
)
"""How something is measured."""
YOURS = r"\byour (?:\w+ )?name\b|\bcall(?:ing)? you\b|\byou (?:go by|called)\b"
"""The assistant's name, and not the wearer's."""
ENJOYED = (
    r"^(?:i|we) (?:really |just )?(?:got|was|were|love|like|hate|enjoy\w*|had)\b"
    r"(?!.*\b(?:will|is it|should|what|how|does)\b)"
)
"""Who tells of the weather does not ask for it."""
INDOORS = (
    r"\b(?:in here|indoors)\b"
    r"|\bin (?:the|my|our|this) (?:\w+ )?(?:room|house|kitchen|oven|fridge|freezer|cellar|attic)\b"
)
"""Where it is as warm as somebody has made it."""
EATEN = r"\bdid (?:i|we) (?:have for (?:my )?(?:breakfast|lunch|dinner|supper)|eat|drink)\b"
"""What one has had, of which nobody keeps a list."""
TRIVIA = r"\b(?:trivia|fun facts?|correlation|nasdaq|stocks?)\b"
ANY_BODY = (
    rf"^(?!.*{_OWN}).*\bfor an?\b.*"
    r"\b(?:old|man|woman|person|child|kid|adult|teen\w*|baby|athlete|beginner)\b"
)
"""Numbers of people in general."""
OTHER_ALARMS = r"\b(?:smoke|fire|car|burglar|house|security|monoxide) alarms?\b|\balarm clocks\b"
OTHER_KNOBS = (
    r"\b(?:lights?|lamps?|heat|heating|heater|thermostat|temperature|air ?con\w*|a/?c|blinds?"
    r"|curtains?|brightness|fan|oven|stove|flame|screen|bass|treble)\b"
)
"""What is turned up and down, too."""
LISTENED_TO = (
    r"\blisten(?:ing)? to (?:the |that |this |my )?(?:radio|music|songs?|album|podcasts?|tv"
    r"|television|news|audio ?books?|him|her|them|people|others)\b"
)
"""What the wearer stops listening to, and not the microphone."""
OTHER_SOUNDS = (
    r"^(?!.*\b(?:hear you|yourself|your (?:volume|sound|voice|speaker)|speak|talk|louder than|over"
    r" (?:the|my|our|this|that)|while|until|till|during|when|because|mic|microphone|listen\w*"
    r"|i'm|i am|i have|(?:turn|make) it|(?:be|keep) quiet)\b"
    r"|.*\b(?:is|are|'s) (?:on|playing|running|starting|beginning)\b"
    r"|(?:mute|volume (?:up|down)|louder|quieter)\b.*(?<!\bit)(?<!\bthat)(?<!\bwhich) (?:is|are)\b)"
    r"(?:(?:(?:hey|ok|okay) )?(?:computer|alexa|siri)\b)?+.*\b(?:tvs?|t\. ?v|telly|television"
    r"|radio|stereo|sound ?bar|(?:cell ?|tele|i)?phones?|laptop|computer|tablet|ipad"
    r"|playstation|xbox|console|projector|turntable|record player|jukebox"
    r"|doorbell|intercom|baby monitor|ringer|ring ?tones?|call|movie|film|video|ads?|commercials?"
    r"|siri|alexa)\b"
)
"""What else makes a sound, unless it is only what drowns the assistant, or what it is called."""
AN_ALARM = (
    r"\breminder alarms?\b(?! (?:for me )?to\b)"
    r"|^(?:please )?(?:cancel|delete|remove|erase|clear|stop|disable|turn off|switch off"
    r"|get rid of) (?:all )?(?:(?:the|my|that|this|any) )?(?:[\w']+ ){0,2}alarms?\b"
    r"(?! (?:and|or|clock|reminders?)\b)"
)
"""What is called an alarm is one, whatever it is for; but what is to be done is for a reminder."""
OTHER_NOTES = (
    r"\b(?:which|what) note\b|\bmusic\w*\b|\bmiddle c\b|\bpromissory\b"
    r"|\b(?:dollar|bank|pound|euro)[- ](?:bills?|notes?)\b"
)
"""Of music, and of money."""
PUBLISHED = (
    rf"^(?!.*{_OWN}).*\b(?:best ?sellers?|rich|naughty|wine|price|waiting|mailing|black)[- ]?list\b"
    rf"|^(?!.*{_OWN}).*\blist of\b.*\b(?:in|from|who|that)\b"
)
"""Lists of other people's."""
_WISH = (
    r"^(?:(?:please|can you|could you|will you|would you|i (?:want|need|would like) to"
    r"|i'd like to|i want you to)\b[\s,]*)*"
)
PLAYED = rf"{_WISH}(?:play|shuffle)\b|\bplay ?lists?\b"
"""What a player has: its lists are not those that are kept here."""
SONG = (
    r"\b(?:this|that|the|current) (?:current )?(?:song|track|tune)\b(?! list)"
    r"|^(?:please )?(?:add|put|save) (?:an? |another )?(?:song|track)s?\b(?! list)"
)
"""What is playing, or a song that is not named."""
ORDERED = (
    r"\b(?:to|from|on|off|in|into) (?:my|the|our|this|that) (?:[\w']+ ){0,2}orders?"
    r"(?: please)?[\s.!?]*$"
)
"""What is ordered from somebody stands on no list."""
SHARED = (
    rf"{_WISH}(?:share|copy|print|export|rename|e-?mail|mail|forward|upload|sync|post|tweet"
    r"|send (?!me\b|us\b))\b"
)
"""What would be done with all of a list elsewhere."""
_MEALS = (
    "soup|stew|sauce|gravy|broth|stock|curry|chili|chilli|casserole|salad|dressing|marinade|pasta"
    "|rice|noodles|risotto|pizza|omelette|sandwich|toast|porridge|oatmeal|cereal|smoothie|shake"
    "|cocktail|drink|tea|coffee|water|batter|dough|mix|mixture|frosting|icing|filling|topping|roux"
    "|glaze|cake|pie|dish|recipe|potatoes|beans|eggs|meat|chicken|steak|vegetables|veggies"
    "|pan|pot|bowl|wok|skillet|saucepan|blender|mixer|oven|kettle|glass|cup|mug|jug|plate|fridge"
    "|freezer|microwave"
)
COOKED = (
    rf"^(?!.*\b(?:lists?|shopping|grocer(?:y|ies))\b){_WISH}"
    r"(?:add|put|pour|mix|stir|fold|throw|place|include)\b.*"
    r"(?: (?:to|in|into|on|onto|over) (?:(?:the|my|our|your|this|that|an?|each) )?(?:[\w'-]+ )?"
    rf"(?:{_MEALS})(?: (?:and|then|until|while|before|after|first|now|slowly|please)\b.*)?[\s.!?]*$"
    r"|\b(?:pinch|dash|splash|drizzle|knob|teaspoons?|tablespoons?) of\b| to taste\b)"
)
"""What is put into a dish, and onto no list: "add salt to the soup"."""
TAKEN_OUT = (
    rf"^(?!.*\b(?:lists?|shopping|grocer(?:y|ies))\b){_WISH}(?:remove|take|get|lift|strain|pick)\b"
    rf".* (?:from|off|out of) (?:the|my|our|your|this|that) (?:[\w'-]+ )?(?:{_MEALS})\b"
)
"""What is taken out of a dish, and off no list."""
ASKED = rf"{_LEAD}(?:who|which|where|when|what(?:'s| is| are| should))\b"
"""What is asked, and puts nothing on a list."""
CHECKED = r"\bspell(?:ing)?[- ]?(?:check\w*|bees?)\b"
"""Where many words are spelt."""
_THROW = r"(?:flip|toss|throw|roll) (?:[\w-]+ ){1,3}?(?:coins?|dice|die|d\d+)\b"
NOT_THROWN = (
    r"^(?!(?:(?:please|just|now|(?:can|could|will|would) you) )*"
    rf"(?:{_THROW}|(?:flip|toss|throw|roll) dice|(?:pick|choose) heads)"
    rf"|{_LEAD}(?:who|which|where|let's|we)\b.*\b(?!(?:i|you|we|they|to|should|can|could|must|would"
    r"|will|do|does|did|may|people|and|or|if|when|who|which)\b)[\w']+,? "
    rf"{_THROW}[\s.!?]*$)(?:"
    rf"{_LEAD}how (?!about\b|(?:much|high) (?:do|did) (?:i|we|you) (?:get|roll)\b)"
    rf"|{_LEAD}what(?:'s| is| are) (?:an? |the )?(?:[\w-]+ sided )?(?:dice|die|coins?)[?.!]*$"
    rf"|{_LEAD}what happens\b|{_LEAD}(?:who|which|where|are (?!you able\b)|does|did|is (?!it\b)"
    rf"|do (?:dice|coins))\b|{_LEAD}(?:explain|tell me (?:about|how|why))\b"
    r"|.*\b(?:history|weigh\w*|worth|opposite|games?)\b)"
    r"|\b(?:odds|chances?|probability|likel\w+|invent\w*)\b"
)
"""What is asked of dice and coins in general."""
KINDS_OF_DAY = r"\bis (?:today|tomorrow|\w+day) an? (?!\w*(?:day|weekend)\b|leap\b)\w+ \w"
"""Whether it is a school day, which the calendar does not say."""


def none_wanted(kind: str) -> str:
    """What they say who may not know that a `kind` is set: "I don't need a timer", but not "I don't
    need a timer anymore"."""
    return rf"\b(?:need|want) (?:(?:an?|any|no) )?{kind}s?\b(?! any ?more\b)"


def beside(
    intents: Iterable[Intent], *patterns: str, only: Collection[str] = ()
) -> tuple[Intent, ...]:
    """`intents`, none of which is meant where one of these regular expressions is found.

    `only`: the names of those for which that holds; empty: all.
    """
    return tuple(
        replace(one, unless="|".join(rule for rule in (one.unless, *patterns) if rule))
        if not only or one.name in only
        else one
        for one in intents
    )
