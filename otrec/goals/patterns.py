"""Patterns of goal language built from the word lists: numbers, dates, counts, levels of help, conditions, measures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from otrec.goals import words

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?(?!\d)"


def alternatives(items: Iterable[str]) -> str:
    """Words as one regular expression, longest first, so that a phrase wins over its first word."""
    return "|".join(
        re.escape(word).replace(r"\ ", r"[\s-]+").replace(r"\*", r"[\w-]*") for word in sorted(set(items), key=_longest)
    )


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word


#: Pieces that the patterns below are made of, written `<name>` there.
PIECES: Final[dict[str, str]] = {
    "month": _MONTH,
    "num": rf"(?:\d+(?:[.,]\d+)?|(?:{_TENS})(?:[\s-](?:{_ONES}))?|{_TEENS}|{_ONES}|zero)",
    "date": (
        rf"(?:{_MONTH}\s+{_ORDINAL}(?:,?\s*(?:of\s+)?\d{{4}})?|{_ORDINAL}\s+(?:of\s+)?{_MONTH}(?:,?\s*\d{{4}})?|"
        rf"{_MONTH}(?:,?\s*(?:of\s+)?\d{{4}})?|\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|"
        r"\d{1,2}/\d{1,4}(?!\d|\s*(?:\w+\s+)?(?:trials?|days?|opportunit|times|attempts?|sessions?))|(?:(?:early|late|mid|next)[\s-]+)?(?:spring|summer|autumn|fall|winter)(?:\s+\d{4})?|20\d\d)"
    ),
    "long": r"(?:days?|weeks?|wks?|months?|mths?|mos?|years?|yrs?|quarters?|semesters?|terms?|trimesters?)\b",
    "meet": r"(?:sessions?|visits?|treatments?|appointments?)\b",
    "kind": (
        r"(?:(?:calendar|school|treatment|therapy|instructional|ot|tx|more|academic|iep|annual|full|additional)[\s-]+)*"
    ),
    "own": r"(?:(?:the|this|that|his|her|their|my|our|an?|next|current|upcoming|coming|following|each|one|1)\s+)*",
    "unit": rf"(?:{alternatives(words.UNIT)})\b",
    "short": r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?)\b(?!\s*(?:a\b|assist))",
    "words": r"(?:[\w'’/-]+\s+)",
    "client": rf"(?:{alternatives(words.CLIENT)})",
    "caregiver": rf"(?:{alternatives(words.CAREGIVER)})",
    "staff": rf"(?:{alternatives(words.STAFF)})",
    "modal": r"(?:will|shall|can|could|is\s+able\s+to|are\s+able\s+to|is\s+going\s+to|wants?\s+to|would\s+like\s+to)",
    "deed": rf"(?:{alternatives(item for item in (*words.ACTION, *words.VAGUE) if ' ' not in item)})",
    "tool": rf"(?:{alternatives(words.TOOL)})",
    "place": rf"(?:{alternatives(words.PLACE)})",
    "instrument": rf"(?:{alternatives(words.INSTRUMENT)})",
    "limit": (
        r"(?:at\s+least|no\s+(?:more|fewer|less|greater|longer|later)\s+than|not\s+more\s+than|fewer\s+than|"
        r"less\s+than|"
        r"more\s+than|greater\s+than|up\s+to|at\s+most|a?\s*minimum\s+of|a?\s*maximum\s+of|a\s+total\s+of|only|"
        r"[≤≥<>]=?)"
    ),
    "help": (
        r"(?:assist(?:ance)?\b|cue(?:s|ing)?\b|cueing\b|prompt(?:s|ing)?\b|help\b|supervision\b|"
        r"support\b|guidance\b|reminders?\b|redirection\b)"
    ),
}

#: Every pattern by the part of a goal that it finds.
PATTERNS: Final[dict[str, tuple[str, ...]]] = {
    "time": (
        r"\b(?:by|before|on\s+or\s+before|no\s+later\s+than|not\s+later\s+than|until|prior\s+to|as\s+of)\s+"
        r"(?:(?:the\s+)?(?:first|second|third|last)\s+(?:week|day|school\s+day|lesson)\s+(?:of|in)\s+|"
        r"the\s+(?:end\s+of\s+)?|(?:the\s+)?end\s+of\s+|mid[\s-]?|early\s+|late\s+)?<date>",
        r"\bon\s+(?:<month>\s+\d{1,2}(?!\d)(?:,?\s*\d{4})?|\d{1,2}\s+<month>(?:,?\s*\d{4})?|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4})",
        r"\b(?:target|review|due|goal|end|completion)(?:\s+date)?\W{1,3}(?:by\s+)?<date>",
        r"\b(?:target|time\s?(?:frame|line|scale)|duration|timing)\W{1,3}<num>[\s-]*<kind>(?:<long>|<meet>)",
        r"\b(?:within|in|by|after|at|over\s+the\s+next|in\s+the\s+next)\s+(?:the\s+next\s+|next\s+|about\s+|"
        r"approximately\s+|"
        r"the\s+first\s+|an?\s+)?<num>(?:\s*(?:-|–|to)\s*<num>)?[\s-]*<kind><long>(?!['’]?s?\s+(?:in\s+a\s+row|"
        r"per|out))",
        r"\b(?:in|within|over)\s+an?\s+<kind>(?:day|week|month|year|quarter|semester|term)\b(?!\s*[-–])",
        r"\b(?:within|by|after|in\s+the\s+next|over\s+the\s+next|in\s+under|over\s+the\s+course\s+of)\s+"
        r"(?:the\s+next\s+)?<num>(?:\s*(?:-|–|to)\s*<num>)?[\s-]*<kind>(?:<meet>|<long>)",
        r"\b(?:over|in|during|within|across|for)\s+the\s+(?:next|coming|"
        r"following)\s+(?:<num>[\s-]*)?<kind>(?:<long>|<meet>|period)",
        r"\b(?:in|within|by)\s+\d{1,2}/(?:52|12)\b",
        r"^\W*(?:[ls]tg\W+)?in\s+<num>[\s-]*<kind><meet>",
        r"\b(?:by|at|before|prior\s+to|towards?|until)\s+<own>(?:end|close|conclusion|completion|start|middle|"
        r"time)\s+of\s+<own>"
        r"<words>{0,4}?(?:year|(?:term|quarter|semester|year)\s+\d|term|semester|quarter|trimester|week|month|period|grade|stay|admission|program(?:me)?|"
        r"treatment|therapy|block|episode|iep|review|summer|spring|autumn|fall|winter|plan|cycle|half[\s-]term|"
        r"discharge|d/c|poc|care|year\s+\d+|<num>\s+weeks?)\b",
        r"\b(?:by|at|upon|before|prior\s+to|on|until)\s+<own>(?:[\w-]+\s+){0,3}?"
        r"(?:discharge|d/c|annual\s+review|iep(?:\s+(?:meeting|review|date|end\s+date))?|ehcp\s+review|"
        r"review(?:\s+date|\s+meeting)?|"
        r"re-?evaluation|re-?assessment|progress\s+report|report\s+card|mid[\s-]?year|year[\s-]end|half[\s-]term|"
        r"end\s+of\s+term|christmas|easter|graduation|follow[\s-]?up|school\s+year['’]s\s+end)\b",
        r"\b(?:within|in|during|over|for|throughout|by)\s+<own>(?:(?:annual|school|academic|calendar|iep|plan|"
        r"certification|"
        r"authori[sz]ation|reporting|marking|grading|treatment|\d{4}\s?[-–/]\s?\d{2,4})\s+)+(?:year|cycle|period|"
        r"term|quarter)\b",
        r"\b(?:this|next)\s+(?:school\s+year|term|semester|quarter|year|month)\b",
        r"^\W*(?:[ls]tg|(?:long|short)[\s-]term\s+goal|goal)?\W{0,3}(?:#?\d{1,2}\W{1,3})?\(?<num>[\s-]*(?:<long>|"
        r"<meet>)\)?\s*[:,–-]",
        r"\(\s*(?:in\s+)?<num>[\s-]*(?:<long>|<meet>)\s*\)",
        r"\b<num>[\s-]*<long>\s+(?:from|after|post|following)\s+(?:now|today|start|admission|evaluation|eval|the|"
        r"initial|surgery|baseline)",
        r"\b(?:by|at)\s+(?:the\s+)?(?:week|visit|session|month|day|term|quarter)\s+(?:#\s*)?<num>\b",
        r"\b(?:by|at)\s+(?:the\s+)?(?:\d+(?:st|nd|rd|th)|fourth|fifth|sixth|eighth|tenth|twelfth)\s+(?:week|"
        r"session|visit|month)\b",
        r"\b(?:by|at)\s+(?:the\s+)?age\s+(?:of\s+)?<num>",
        r"[,;–-]\s*(?:x\s*)?<num>\s*<long>\s*\.?$",
    ),
    "weak_time": (
        r"\b(?:discharge|d/c|graduation|end\s+of\s+(?:his|her|their|the)?\s*(?:stay|therapy|treatment|care))\b",
    ),
    "baseline": (
        r"[\(\[]\s*(?:current|currently|baseline|present(?:ly)?|now|from|up\s+from|previously|"
        r"initial)\b[^)\]]{1,160}[\)\]]",
        r"\bbaseline\b\s*(?:data|level|performance)?\s*(?:[:=–-]|is|was|of)\s*(?:\d+\.\d|[^.;]){1,160}",
        r"\b(?:an?\s+increase\s+|up\s+|down\s+)?from\s+(?:a\s+|the\s+|an\s+|his\s+|her\s+|their\s+)?(?:current|"
        r"baseline|present|initial)\b[^.;,]{0,120}",
        r"(?<!maintain )(?<!maintain the )(?<!maintain his )(?<!maintain her )\b(?:currently|at\s+present|"
        r"presently|present\s+levels?|plof|plop|plaafp|current\s+(?:level|status|performance))\b[^.;]{0,160}",
        r"\b(?:up|down|improved|increased|decreased|reduced)\s+from\s+[^.;,]{1,80}",
        r"\bfrom\s+(?:\d+\s*%|<num>\s*(?:/|of|out\s+of)\s*<num>|(?:min|mod|max|total|moderate|maximal|"
        r"minimal)\s*(?:a\b|assist\w*))"
        r"(?=[^.;,]{0,40}\bto\b)",
        r"\bbaseline\b",
    ),
    "measure": (
        r"\b(?:as\s+|and\s+|to\s+be\s+|is\s+|progress\s+)?(?:measured|documented|recorded|assessed|evaluated|"
        r"reported|tracked|"
        r"determined|scored|rated|noted|indicated|monitored|verified|charted|collected|counted|graded)\s+"
        r"(?:(?:weekly|daily|monthly|quarterly)\s+)?(?:by|in|on|via|through|using|with|from|per|during|at|against)\b"
        r"(?:\s+(?!(?:in|over|across|for|when|while|given|during|within)\b)[\w'’/&-]+){1,8}",
        r"\bas\s+(?:evidenced|demonstrated|observed|shown|seen)\s+(?:by|in|on|through)\s+(?!\w+ing\b)(?!<num>\b)"
        r"(?:\s*(?!(?:in|over|across|for|when|while|given|during|within)\b)[\w'’/&-]+){1,8}",
        r"\b(?:per|according\s+to)\s+(?:the\s+)?(?:teacher|therapist|parent|caregiver|carer|staff|ot|chart|"
        r"nursing|self|client|data)"
        r"(?:['’]s)?[\s-]+(?:report|observation|data|log|records?|documentation|notes?|checklist|rating|charting)?\b",
        r"\b<instrument>\b",
        r"\b(?:teacher|staff|therapist|ot|parent|caregiver|carer|aide|nurse|"
        r"clinician)(?:['’]s)?[\s-]+(?:and\s+\w+\s+)?(?:\w+\s+)?"
        r"(?:observations?|reports?|data|log|logs|records?|checklists?|ratings?|tally|chart|notes?)\b",
    ),
    "count": (
        r"\b(?:<num>|one|all)\s*(?:of|out\s+of|/)\s*(?:every\s+|the\s+|any\s+|a\s+possible\s+|last\s+)*<num>\b"
        r"(?!\s*(?:cups?|tsp|teaspoons?|tablespoons?|miles?|muscle|strength|mmt|grade))"
        r"(?:\s*<words>{0,3}?<unit>|\s+(?:[\w-]+\s+)?[a-z]{3,}s\b)?",
        r"\b<num>\s+(?:[\w-]+\s+){1,2}?(?:out\s+)?of\s+(?:the\s+|every\s+)?<num>\b",
        r"\b<num>\s+in\s+<num>\s+<words>{0,2}?<unit>",
        r"\b<num>\s*(?:%|percent\b|per\s+cent\b)(?:\s*[\s-]<num>\s*%)?(?:\s+of\s+(?!(?:the\s+)?time\b)(?:the\s+|"
        r"her\s+|his\s+|their\s+|"
        r"all\s+)*<words>{0,2}?<unit>)?",
        r"(?<!\w)<limit>\s*<num>\b(?:\s*(?:%|-|to)\s*<num>)?(?:\s*%)?(?:\s*<words>{0,3}?<unit>)?",
        r"\b<num>\s+or\s+(?:fewer|less|more|better|higher|lower|greater)\b(?:\s+<words>{0,3}?<unit>)?",
        r"\b<num>\s+<words>{0,2}?<unit>\s+or\s+(?:fewer|less|more|under)\b",
        r"\bwith(?:out)?\s+(?:any\s+|only\s+|just\s+)?(?:no|zero|<num>(?:\s*(?:-|–|to|or)\s*<num>)?|a\s+single|"
        r"an?|any)\s*<words>{0,2}?"
        r"(?:errors?|cues?|prompts?|reminders?|mistakes?|spills?|falls?|redirections?|lob|"
        r"loss(?:es)?\s+of\s+balance|reversals?|"
        r"rest\s+breaks?|outbursts?|incidents?|drops?)\b",
        r"\bwithout\s+(?:any\s+)?(?:errors?|spill(?:s|ing|age)?|fall(?:s|ing)?|losing\s+balance|dropping|"
        r"mistakes?|reversals?|lob|loss\s+of\s+balance)\b",
        r"\b(?:for|within|in|under|at|takes?|taking|of)\s+(?:<limit>\s+|under\s+|an?\s+|"
        r"approximately\s+)?<num>(?:\s*(?:-|–|to)\s*<num>)?\s*"
        r"(?:consecutive\s+|continuous\s+|uninterrupted\s+)?<short>",
        r"\b(?:once|twice|<num>\s*(?:x|×|times?|days?|nights?|mornings?|sessions?|meals?))\s*(?:/|per\b|an?\b|"
        r"each\b|every\b|in\s+an?\b|daily\b|weekly\b)"
        r"\s*(?:\w+[\s-]+){0,2}?(?:day|d|week|wk|month|mo|session|hour|hr|night|class|period|lesson|meal|shift)?\b",
        r"\b<num>\s+[\w-]+\s+(?:per|a|an|each|every)\s+(?:day|week|month|hour|session|class|lesson|night|morning|"
        r"shift)\b",
        r"\b(?:every|each)\s+(?:school\s+)?(?:day|morning|night|evening|meal|week|time|opportunity|session|trial|"
        r"attempt|occasion)\b",
        r"\b(?:over|across|for|on|in|x)\s+(?:a\s+|the\s+|a\s+period\s+of\s+)?<num>\s*"
        r"(?:(?:consecutive|consec\.?|separate|different|successive|straight|data|therapy|treatment|school|random|"
        r"weekly|monthly|daily|"
        r"sequential|unrelated|independent|work|writing|collected|handwriting|classroom|structured|functional)\s+)*"
        r"(?:trials?|sessions?|days?|weeks?|wks?|probes?|occasions?|opportunit\w+|visits?|attempts?|times?|"
        r"points?|assignments?|samples?|"
        r"meals?|nights?|classes|observations?|months?|mornings?|lessons?)\b",
        r"\b<num>\s+(?:consecutive|consec\.?|successive|straight)\s+<words>{0,2}?<unit>",
        r"\b<num>\s*(?:words?|letters?|characters?|wpm)\s*(?:(?:per|a|/)\s*(?:minute|min)\b)|\b<num>\s*wpm\b",
        r"(?<![\d/-])\b<num>\s+(?:feet|ft|metres?|meters?|yards?|blocks|km|miles)\b",
        r"\bwithin\s+(?:<num>\s*/\s*<num>|<num>|½|¼)(?:[\s-]*(?:of\s+an?|an?)\b)?[\s-]*(?:inch(?:es)?|in\.|cm|mm|"
        r"centimet\w+|millimet\w+|[\"”])",
        r"\ball\s+(?:of\s+)?(?:the\s+|her\s+|his\s+|their\s+)?(?:<num>\s+\w+|steps|opportunities|trials|meals|"
        r"occasions|attempts|letters)\b",
        r"\b(?:score|rating|rated)\s+(?:of\s+|at\s+)?(?:<limit>\s*)?<num>\b",
    ),
    "assist": (
        r"(?<!\d)(?<!\d\s)\b(?:min(?:imal|imum)?|mod(?:erate)?|max(?:imal|imum)?|total|partial|substantial|"
        r"tactile|physical|no|"
        r"contact[\s-]guard(?:ing)?|stand[\s-]?by|close|distant|touching|hand[\s-]over[\s-]hand|verbal|visual|"
        r"gestur(?:al|e)|model(?:l?ing)?|"
        r"occasional|intermittent|full|light|one[\s-]person|<num>)(?:\s*(?:-|–|to|/|or)\s*(?:min|mod|max)\w*)?\.?\s+"
        r"(?:(?:verbal|visual|tactile|physical|gestural|adult|hands[\s-]on|assistive|partial|or|and)\s+){0,3}<help>",
        r"(?<!\d)(?<!\d\s)\b(?:min|mod|max|total|tot|cg|sb)(?:\s*(?:-|–|to|/)\s*(?:min|mod|max))?\.?\s*\(?a\b\)?",
        r"\b(?:sba|cga|cg|spv|fpa|ppa|hoh)\b",
        r"\b(?:modified|mod\.?|complete|full|total)\s*(?:independen(?:t|ce|tly)|ind|i)\b",
        r"\bindependent(?:ly)?\b",
        r"\bindependence\b",
        r"(?<!\w)(?:[ds]?\(i\)|i['’]ly|indep)(?!\w)",
        r"\b(?:supervision|supervised|set[\s-]?up|setup|stand[\s-]?by|dependent)\b",
        r"\b(?:on\s+(?:his|her|their|my)\s+own|by\s+(?:him|her|my|them)sel(?:f|ves)|unaided|unassisted)\b",
        r"\bwithout\s+(?:any\s+|physical\s+|verbal\s+|adult\s+|staff\s+|caregiver\s+|carer\s+){0,3}(?:help|"
        r"assist\w*|prompt\w*|cue\w*|support|reminders?|supervision)\b",
        r"\b<num>\s*%\s*(?:physical\s+)?assist\w*",
    ),
    "graded_assist": (
        r"(?<!\d)(?<!\d\s)\b(?:min|mod|max|minimal|minimum|moderate|maximal|maximum|total|partial|full|"
        r"contact[\s-]guard|stand[\s-]?by|hand[\s-]over[\s-]hand)"
        r"\w*(?:\s*(?:-|–|to|/|or)\s*(?:min|mod|max)\w*)?\.?\s+(?:\w+\s+){0,2}<help>",
        r"(?<!\d)(?<!\d\s)\b(?:min|mod|max|total|cg|sb)(?:\s*(?:-|–|to|/)\s*(?:min|mod|max))?\.?\s*\(?a\b\)?",
        r"\b(?:sba|cga|modified\s+independen\w+|mod\.?\s+i\w*|supervision|set[\s-]?up)\b",
    ),
    "lead": (
        r"\b(?:given|provided(?:\s+with)?|presented\s+with|supplied\s+with|when|whenever|using|utili[sz]ing|via|"
        r"upon|in\s+response\s+to|"
        r"with\s+access\s+to|with\s+(?:the\s+)?use\s+of|w/\s*(?:the\s+)?use\s+of|by\s+using|in\s+the\s+presence\s+of|"
        r"in\s+the\s+context\s+of|in\s+preparation\s+for|adhering\s+to|after|whilst)\s+(?!<num>\s*(?:/|of|"
        r"out\s+of)\s*<num>)(?!needed|necessary)\w+",
        r"(?<!\ba )(?<!\bA )\bwhile\s+\w+",
        r"\b(?:during|throughout)\s+(?!<num>\b)(?!therapy\b|ot\b|treatment\b)\w+",
        r"\bif\s+(?!needed|necessary)\w+",
        r"\bwithout\s+(?:the\s+)?(?:use\s+of|looking|vision|visual\s+\w+|support\s+of)\b",
        r"\bfollowing\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:demonstration|model|instructions?|set[\s-]?up|lunch|"
        r"recess|meals?|surgery|break|"
        r"movement|warm[\s-]?up|prompts?|cues?|precautions)\b",
        r"(?<!demonstrate )(?<!by )(?<!of )(?<!in )(?<!will )\bfollowing\s+(?:an?|the|his|her|their|my|written|"
        r"posted|hip|spinal|sternal)\s+\w+",
        r"\bprior\s+to\s+\w+",
        r"\bbefore\s+(?:meals?|lunch|school|bed|class|leaving|going|work|dinner|breakfast|starting|each)\b",
    ),
    "setting": (
        r"\b(?:with|w/)\s+(?:[\w'’/-]+\s+){0,4}?<tool>(?!\w)",
        r"\b(?:seated|sitting|standing|supine|prone|side[\s-]?lying|kneeling|eob|edge\s+of\s+(?:the\s+)?bed|"
        r"bedside|tabletop|"
        r"(?:bed|w/c|wheelchair|standing|seated|chair)[\s-]+level)\b",
        r"\b(?:in|at|inside|across|outside|around)\s+(?!<num>\b)(?:[\w'’-]+\s+){0,3}?<place>\b",
        r"\bon\s+(?:the\s+)?(?:playground|ward|unit|bus|stairs)\b",
        r"\bon(?:to)?\s+(?:[\w'’/-]+\s+){0,4}?(?:paper|worksheets?|whiteboard|keyboard|tablet|computer|laptop|"
        r"ipad|phone)\b",
        r"\bfrom\s+(?:[\w'’/-]+\s+){0,3}?(?:model|board|memory|dictation|whiteboard|textbook|example|sample|list|"
        r"recipe)\b",
        r"\b(?:with|of)\s+(?:\w+\s+){0,2}(?:right|left|affected|unaffected|dominant|non-dominant|"
        r"both)\s+(?:hands?|arms?|ue|upper)\b",
        r"\bin\s+an?\s+(?:small|large|noisy|quiet|busy|structured|familiar|crowded|distracting|group|one-to-one|"
        r"1:1)\b",
        r"\bone[\s-]handed\b",
        r"\bon\s+(?:an?|the|his|her|their|my)\s+(?:\w+\s+)?(?:template|form|planner|calendar|chart|schedule|slope|bench|stool)\b",
        r"\bwith\s+(?:an?\s+)?(?:\w+\s+)?(?:adult|teacher|therapist|caregiver|staff)\s+(?:support|modelling|"
        r"modeling|present|demonstration)\b",
    ),
}  # fmt: skip


def expand(text: str) -> str:
    """A pattern with its pieces put in."""
    for name, piece in PIECES.items():
        text = text.replace(f"<{name}>", f"(?:{piece})")
    return text


@cache
def compiled(text: str) -> re.Pattern[str]:
    """One pattern, ready; case does not matter."""
    return re.compile(expand(text), re.IGNORECASE)


@cache
def whole_words(items: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some words or phrases, as whole words.

    >>> whole_words(("shoe*",)).search("two Shoelaces").group()
    'Shoelaces'
    """
    return re.compile(rf"(?<![\w/])(?:{alternatives(items)})(?![\w])", re.IGNORECASE)


def spans(name: str, text: str) -> list[tuple[int, int]]:
    """Where a part is found: `(start, end)`, in the order of the text; one that lies in a longer one is left out.

    >>> spans("count", "in 4 of 5 trials")
    [(3, 16)]
    """
    found = sorted(
        {hit.span() for pattern in PATTERNS[name] for hit in compiled(pattern).finditer(text)},
        key=lambda span: (span[0], -span[1]),
    )
    kept: list[tuple[int, int]] = []
    for span in found:
        if not kept or span[1] > kept[-1][1]:
            kept.append(span)
    return kept


def blanked(text: str, places: Iterable[tuple[int, int]], mark: str = " ") -> str:
    """A text of the same length with some places made blank; a mark other than a space lets no pattern reach across.

    >>> blanked("in 4 of 5 trials", [(3, 9)])
    'in        trials'
    """
    marks = list(text)
    for start, end in places:
        marks[start:end] = mark * (end - start)
    return "".join(marks)
