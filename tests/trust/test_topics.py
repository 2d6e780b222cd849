"""What a question is about: health before anything else."""

import json

import pytest

from edge.trust.topics import topic

# What the rules were made with, in part.
SEEN = """\
why does my ear feel blocked after flying
how long should i rest after having my appendix out
is it bad to take two zyrtec
my stool is green what does that mean
can i fly with a collapsed lung
my husband snores and stops breathing for a moment
how do i lower my a1c
what is a good pace for someone with a weak heart
i have a lump under my arm
is my baby getting enough milk
my daughter won't stop scratching her elbows
how many drinks a week are too many
what does it mean when my eye twitches
i think i have food poisoning
when can my son go back to school after the stomach bug
i feel like crying all the time
how do i tell if a bone is broken
does prednisone make you gain weight
how much magnesium should i take for leg cramps
what is a normal heart rate for a sixty year old
my dad has gout what should he not eat
is it too late for a flu shot
can i get rid of cellulite
what happens during a spinal tap
my tongue is white and fuzzy
how do i check my breasts
are beta blockers dangerous
why do i get dizzy when i stand up
what is the dosage of amoxicillin for a child
i cut my finger and it is still bleeding
can a yeast infection go away by itself
what does an enlarged prostate feel like
i haven't pooped in four days
my nails are brittle
is eighty five percent oxygen low
how do i talk to my doctor about my drinking
am i too old to have children
how long does nicotine stay in the body
what did my last blood test say
i get a headache from my glasses
how can i tell whether i am autistic
what are signs of a stroke
my wisdom teeth hurt
is there a cure for sickle cell
should i put ice on a twisted ankle
my mother keeps falling
why is my nose always running
what can i take for hay fever
is it okay to sleep only five hours
how is lasik done
what can i do about my carpet allergy
how dangerous is a fever of one hundred and four
my feet smell what can i do
how do i recover from the norovirus
is my son too short for his age
why can't i smell anything
should i see somebody about my temper
how often should i get my eyes tested
does drinking coffee raise the blood pressure
how do i remove a tick
i was bitten by a dog yesterday
can i exercise with a cold
how can i get over my fear of needles
what is a keto rash
my grandma forgets my name
is botulism deadly
my back went out again
how many eggs a day are okay for my cholesterol
what do i do when somebody faints
can you die from a broken heart
my hand falls asleep at night
is it okay to skip a dose of plavix
what does stage three mean
can i drink on antibiotics
how long do i have to wear the boot after my foot surgery
do i have a high risk of breast cancer
i feel something in my eye
why am i cold all the time
my neck makes noises
what does a psychiatrist do
how can i quit vaping
my girlfriend is late
how do i lower my resting pulse
what are good foods for the kidneys
does my insurance pay for hearing aids
how much did i weigh in march
i took too many sleeping pills
when do babies start walking
how can i calm down before my operation
what is the flu like this year
how do i treat a nosebleed
what is the difference between a virus and a bacterial infection
can my kid swim with tubes in her ears
how much sodium is too much for one day
what vaccines do i need for kenya
my mom was taken to intensive care
how do you do a breast self exam
are my lymph nodes supposed to be this big
does the pill make you moody
should i worry about blood when i wipe
how long can a person go without water
why do i sweat so much at night
what is the normal range for potassium
i am on zoloft can i drink wine
how do i stop biting my nails
can too much screen time hurt my eyes
my boyfriend has hiv can we still have a family
how do i take care of a burn
what should i ask my surgeon
is my bmi of thirty one bad
how can i sleep better in a hot room
does vitamin c help when you are sick
what do hospice nurses do
my daughter has not spoken a word yet and she is two
how do i know if i broke my toe
i twisted something in my lower back lifting a box
what is a panic disorder
are e cigarettes better than smoking
can allergies make you tired
what are early signs of multiple sclerosis
how long should i breastfeed
can i donate a kidney to my brother
my ears pop when i swallow
how do i get my steps up
what is my average heart rate this week
why did my doctor order a stress test
which foods make gout worse
i drank bleach by accident
how do i help someone who is having a seizure
is it normal to lose hair in the shower""".splitlines()
# Written before the words of ICD-10-CM came in, and not looked at one by one.
HELD_OUT = """\
why do my hands shake when i hold a cup
is it normal that my baby spits up after every feed
what helps against a hangover
my husband grinds his teeth at night
i got something in my eye at work and it will not come out
can you take ibuprofen on an empty stomach
how long does it take to get over mono
is a mole that changes its shape dangerous
my grandfather had a bypass when can he drive again
what are the side effects of ritalin
i keep getting up three times a night to go to the bathroom
does lactose intolerance get worse with age
my daughter has a stye
how do i get water out of my ear
what is a good way to bring a temperature down
i feel down since my father died
can i get pregnant while i am nursing
is it safe to have an mri with a pacemaker
how much caffeine is okay when expecting
my son swallowed a coin
what does a high white cell count mean
are cold showers good for you
i was stung by a jellyfish
my gums bleed when i brush
how do i know whether my arm is broken or sprained
is it bad to crack your knuckles
my eyes are red and sticky in the morning
what foods have a lot of iron in them for anemia
how often should a man of fifty be screened for colon cancer
i can't keep anything down since yesterday
why does my voice sound hoarse
is there a jab against shingles
what happens if i miss my pill
my wife is in labor how far apart should the contractions be
do i need stitches for this cut
i have been hearing voices
can stress make my hair fall out
my toddler has croup what should i do
how do i quit smoking without putting on weight
what is the best position to sleep in with a bad hip""".splitlines()
OTHER = [
    ("what is a prime number", "general"),
    ("how do i paint a wall", "general"),
    ("who sang the number of the beast", "general"),
    ("what's the weather in paris", "weather"),
    ("will it rain at my place", "personal"),
    ("where is the cheapest laptop", "shopping"),
    ("what shall i give my wife", "personal"),
    ("my back door is open", "personal"),
    ("who is the head of state of france", "general"),
    ("write a microscopy report", "general"),
    ("is the movie any good for a rainy evening", "weather"),
    ("how much flour do i need for bread", "general"),
    ("where is the nearest body of water", "general"),
    ("how do i feel about tuesday", "general"),
]


@pytest.mark.parametrize(("questions", "least"), [(SEEN, 0.95), (HELD_OUT, 0.8)])
def test_health(questions, least):
    """Most questions about somebody's health, in whatever words, are told as that."""
    found = sum(topic(text) == "health" for text in questions)
    assert found >= least * len(questions)


@pytest.mark.parametrize(("text", "about"), OTHER)
def test_others(text, about):
    """And others not."""
    assert topic(text) == about


@pytest.mark.data
def test_questions_about_the_world(data):
    """Few are held back for health that are not about it."""
    lines = (data / "qa" / "nq_open.jsonl").read_text("utf-8").splitlines()
    taken = [text for line in lines if topic(text := json.loads(line)["question"]) == "health"]
    assert len(taken) <= len(lines) / 25, taken
