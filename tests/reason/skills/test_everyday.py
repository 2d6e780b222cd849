"""What a wearer says in a day, each line with what is answered."""

from __future__ import annotations

from decimal import Decimal

import pytest

from edge.errors import SkillError
from edge.reason.skills.alarms import Alarms
from edge.reason.skills.clock import Clock
from edge.reason.skills.lists import Lists
from edge.reason.skills.maths import Maths
from edge.reason.skills.measures import say as say_measure
from edge.reason.skills.notes import Notes
from edge.reason.skills.remember import Remember
from edge.reason.skills.reminders import Reminders
from edge.reason.skills.timers import Timers
from edge.reason.skills.unit_names import unit_named
from edge.reason.skills.units import Units

ALL = (Alarms, Clock, Lists, Maths, Notes, Remember, Reminders, Timers, Units)

DIALOGUES = {
    "both are those that were set just now": """
        set an alarm for 6 am every day | Alarm set for 6 AM every day.
        set alarms for 7 am and 8 am | Alarm set for 7 AM tomorrow. Alarm set for 8 AM tomorrow.
        delete both | Okay, I took that back.
        set an alarm for 7 am on friday | Alarm set for 7 AM on Friday.
        what alarms do i have on friday | The alarm is for 7 AM on Friday.
        cancel them | Alarm for 7 AM on Friday cancelled.
        what alarms do i have | The alarm is for 6 AM every day.
    """,
    "things on the list that is named": """
        add milk to my shopping list | Added milk to the shopping list.
        add milk to my hardware list | Added milk to the hardware list.
        change milk on my shopping list to screws | Changed milk to screws on the shopping list.
        move the milk from shopping to party | I don't find that on the shopping list.
        what's on my hardware list | On the hardware list: milk.
    """,
    "the day of nobody else": """
        Joe's birthday is on May 5th | I'll remember that Joe's birthday is on May 5th.
        remind me a week before my birthday | When is that?
    """,
    "what is no more of a reminder": """
        remind me to take out the trash at five | I'll remind you at 5 PM: take out the trash.
        and the capital of France | <model>
    """,
    "take five": """
        set a timer for ten minutes | Timer set for 10 minutes.
        take five | <model>
    """,
    "it is noted when it is said": """
        note it down | What should the note say?
    """,
    "a note on a list is an item": """
        make a note on my to do list to call Sam | Added call Sam to the to-do list.
        put a reminder on my to do list to water the plants | Added water the plants to the to-do\
 list.
        make a note on the shopping list that we need eggs | Added eggs to the shopping list.
        what's left to do | On the to-do list: call Sam and water the plants.
        do I have any undone tasks | On the to-do list: call Sam and water the plants.
        how many open tasks do i have | There are 2 things on the to-do list.
        take a note on the meeting we decided to sell | Noted.
    """,
    "things in a row": """
        add milk eggs bread and butter to my shopping list | Added milk, eggs, bread and butter to\
 the shopping list.
        add olive oil two bananas a loaf of bread to the list | Added olive oil, two bananas and\
 loaf of bread to the shopping list.
        add chicken soup to the list | Added chicken soup to the shopping list.
        add blue paint brushes to the list | Added blue paint brushes to the shopping list.
        remove milk eggs from the list | Removed milk and eggs from the shopping list.
    """,
    "what is of a day is in the calendar": """
        put workout on my calendar today at 6 pm | I'll remind you at 6 PM: workout.
        delete my workout from today | Cancelled: workout.
        what's on my calendar today | There is nothing today.
    """,
    "the next time alone is left out": """
        set an alarm for 7 am on weekdays | Alarm set for 7 AM every weekday.
        skip tomorrow's alarm | Alarm tomorrow skipped; the next is for 7 AM on Wednesday.
        no stop | Okay, I took that back.
        cancel tomorrow's alarm | Alarm tomorrow skipped; the next is for 7 AM on Wednesday.
        skip friday's alarm | I can only skip the next alarm, for 7 AM on Wednesday.
        what alarms do i have | The alarm is for 7 AM every weekday.
        cancel my alarm | Alarm for 7 AM every weekday cancelled.
        set an alarm for 8 am | Alarm set for 8 AM tomorrow.
        skip tomorrow's alarm | Alarm for 8 AM tomorrow cancelled.
        remind me every day at 8 pm to floss | I'll remind you every day at 8 PM: floss.
        skip the floss reminder | Skipped once: floss. The next is tomorrow at 8 PM.
        cancel the floss reminder tomorrow | Skipped once: floss. The next is on Wednesday at 8 PM.
        do i have any reminders | There is one: floss, every day at 8 PM.
    """,
    "moved by so much, and from one day to another": """
        set an alarm for 8 am | Alarm set for 8 AM tomorrow.
        set an alarm for 9 am | Alarm set for 9 AM tomorrow.
        set the 8 o'clock alarm ten minutes later | Alarm moved to 8:10 AM tomorrow.
        make my 9 am alarm five minutes earlier | Alarm moved to 8:55 AM tomorrow.
        remind me of class on tuesday at 5 pm | I'll remind you tomorrow at 5 PM: class.
        move Tuesday's class to Thursday | Moved: class, on Thursday at 5 PM.
        move the class from thursday to friday at six | Moved: class, on Friday at 6 PM.
        move the class from monday to tuesday | There is no such reminder.
        make the class ten minutes earlier | Moved: class, on Friday at 5:50 PM.
        push the class reminder back an hour | Moved: class, on Friday at 6:50 PM.
    """,
    "an alarm ahead of what is to come": """
        remind me of class on wednesday at 5 pm | I'll remind you on Wednesday at 5 PM: class.
        set an alarm two hours before the class | Alarm set for 3 PM on Wednesday.
        wake me up an hour before the class on wednesday | Alarm set for 4 PM on Wednesday.
        set an alarm twenty minutes before my flight | When is that?
        tomorrow at noon | Alarm set for 11:40 AM tomorrow.
    """,
    "told at a time": """
        tell me in two hours | What should I remind you of?
        to call mum | I'll remind you at 2 PM: call mum.
        no stop | Okay, I took that back.
        tell me in two hours to call dad | I'll remind you at 2 PM: call dad.
        no don't | Okay, I took that back.
        no stop | Okay.
        do i have any reminders | There are no reminders.
        remind me when it's six to leave | I'll remind you at 6 PM: leave.
    """,
    "whether a day is near": """
        is it joe's birthday soon | There are no reminders.
        remind me of joe's birthday on friday | I'll remind you on Friday at 9 AM: joe's birthday.
        is it joe's birthday soon | There is one: joe's birthday, on Friday at 9 AM.
        is it christmas soon | 298 days, until Friday, December 25th.
        remember that ann's birthday is on may fifth | I'll remember that ann's birthday is on may\
 fifth.
    """,
    "a number without its unit": """
        what's minus 40 in celsius | -40 degrees Fahrenheit is -40 degrees Celsius.
        what's 100 in fahrenheit | 100 degrees Celsius is 212 degrees Fahrenheit.
        what's 30 in kilos | 30 of what?
        pounds | 30 pounds is 13.61 kilograms.
        what's 0.5 in percent | <model>
        what's 7 in dog years | <model>
    """,
    "rounded": """
        round that | I have not worked anything out yet.
        what's 10 divided by 3 | 10 divided by 3 is 3.3333.
        round that | 3.3333 rounded is 3.
        times 5 | 3 times 5 is 15.
        round it to the nearest ten | 15 rounded is 20.
        round 3.14159 to two decimals | 3.1416 rounded is 3.14.
        round that up | 3.14 rounded is 4.
    """,
    "a number without its length": """
        set timer | For how long?
        uh, twenty | Twenty what: seconds, minutes or hours?
        minutes | Timer set for 20 minutes.
        call it off | Okay, I took that back.
        set timer | For how long?
        twenty | Twenty what: seconds, minutes or hours?
        never mind | Okay.
        scratch that | There is nothing that I could take back.
    """,
    "days that are left out": """
        wake me at quarter to seven on weekdays but not on friday | Alarm set for 6:45 AM every\
 Monday, Tuesday, Wednesday and Thursday.
        remind me to take the pizza out in twelve minutes and the bread in twenty | I'll remind\
 you at 12:12 PM: take the pizza out. I'll remind you at 12:20 PM: the bread.
        every day at noon tell me to drink water | I'll remind you every day at noon: drink water.
        stop telling me to drink water | Cancelled: drink water.
    """,
    "timers are changed": """
        set a timer for 12 minutes for the pasta | Pasta timer set for 12 minutes.
        make the pasta one fifteen minutes | Pasta timer has 15 minutes left.
        add five more | Pasta timer has 20 minutes left.
        take two minutes off | Pasta timer has 18 minutes left.
        take half an hour off the pasta | It only has 18 minutes left.
        actually cancel the pasta | Pasta timer cancelled.
        set a dryer timer for an hour | Dryer timer set for 1 hour.
        how long on the dryer | There is 1 hour on the dryer timer.
        done with the dryer | Dryer timer cancelled.
    """,
    "lists are changed": """
        add milk and bread to my shopping list | Added milk and bread to the shopping list.
        oh and some butter | Added butter to the shopping list.
        no not bread | Removed bread from the shopping list.
        i got the milk | Ticked off milk.
        add two liters of juice to my list | Added two liters of juice to the shopping list.
        make it three | Changed two liters of juice to three liters of juice on the shopping list.
        move the juice to my party list | Moved three liters of juice to the party list.
        undo | Okay, I took that back.
        delete everything on my shopping list except butter | Only butter left on the shopping list.
        change butter to margarine | Changed butter to margarine on the shopping list.
        i ran out of coffee | Added coffee to the shopping list.
        add batteries to my hardware list | Added batteries to the hardware list.
        add screws | Added screws to the hardware list.
        take off the screws | Removed screws from the hardware list.
        what's on it | On the hardware list: batteries.
        put milk on the list | Added milk to the shopping list.
        put it on my hardware list instead | Moved milk to the hardware list.
        clear it | The hardware list has 2 things. Shall I clear it?
        yes | The hardware list is empty now.
        make a packing list with socks and shirts | Added socks and shirts to the packing list.
        add pay the rent and call Sam to my tasks | Added pay the rent and call Sam to the to-do\
 list.
        i called sam | Ticked off call Sam.
        i paid the rent | Ticked off pay the rent.
        add apples to the list | Added apples to the shopping list.
        two actually | Changed apples to two apples on the shopping list.
        add pears instead | Added pears to the shopping list.
        move everything on my shopping list to my weekend list | Moved margarine, coffee, two\
 apples and pears to the weekend list.
        add eggs to my list, no wait, add rice to my list | Added rice to the shopping list.
        i have called nobody | <model>
    """,
    "timers are started anew, and told apart": """
        set a timer for 20 minutes | Timer set for 20 minutes.
        take five minutes off | 20 minute timer has 15 minutes left.
        is it almost done | There are 15 minutes on the 20 minute timer.
        restart it | 20 minute timer has 20 minutes left.
        pause | 20 minute timer paused, with 20 minutes left.
        keep going | 20 minute timer running again, with 20 minutes left.
        add five more | 20 minute timer has 25 minutes left.
        set a 10 minute timer | Timer set for 10 minutes.
        cancel the shorter one | 10 minute timer cancelled.
        change the timer | How long should it be?
        ten minutes | 20 minute timer has 15 minutes left.
    """,
    "alarms are changed": """
        alarm at 6 | Alarm set for 6 PM today.
        no am | Alarm set for 6 AM tomorrow.
        make it pm | Alarm set for 6 PM today.
        cancel that | Okay, I took that back.
        wake me up at seven | Alarm set for 7 AM tomorrow.
        seven thirty | Alarm set for 7:30 AM tomorrow.
        no in the evening | Alarm set for 7:30 PM today.
        push it back half an hour | Alarm moved to 8 PM today.
        make it ten minutes earlier | Alarm moved to 7:50 PM today.
        turn it off | Alarm for 7:50 PM today cancelled.
        set an alarm every weekday at 6 45 | Alarm set for 6:45 AM every weekday.
        turn it off tomorrow | Alarm tomorrow skipped; the next is for 6:45 AM on Wednesday.
        cancel all my alarms | Alarm for 6:45 AM every weekday cancelled.
        set two alarms, one for six and one for six fifteen | Alarm set for 6 PM today. Alarm set\
 for 6:15 PM today.
        delete the first one | Alarm for 6 PM today cancelled.
        set an alarm for nine pm | Alarm set for 9 PM today.
        delete both | Okay, I took that back.
        set an alarm for seven tomorrow | Alarm set for 7 AM tomorrow.
        wake me up an hour earlier tomorrow | Alarm moved to 6 AM tomorrow.
    """,
    "reminders go on": """
        remind me to take out the trash every thursday night | I'll remind you every Thursday at\
 8 PM: take out the trash.
        and the recycling | I'll remind you every Thursday at 8 PM: take out the trash and the\
 recycling.
        remind me to take my pills at nine every morning | I'll remind you every day at 9 AM:\
 take your pills.
        and the weather | <model>
        remind me to take my pills at ten every morning | I'll remind you every day at 10 AM: take\
 your pills.
        also at nine at night | I'll remind you every day at 9 PM: take your pills.
        remind me to pick up the kids at half three | I'll remind you at 3:30 PM: pick up the kids.
        push it back fifteen minutes | Moved: pick up the kids, at 3:45 PM.
        bring it forward five minutes | Moved: pick up the kids, at 3:40 PM.
        when do i pick up the kids | The next is: pick up the kids, at 3:40 PM.
        what do i have to do today | The to-do list is empty. You asked to be reminded: pick up\
 the kids at 3:40 PM; take your pills at 9 PM.
        remind me in five to check the rice | I'll remind you at 12:05 PM: check the rice.
        remind me at five to eat | I'll remind you at 5 PM: eat.
    """,
    "ahead of what was set, or was told": """
        add a meeting with Tom at 3 on Thursday and remind me 15 minutes before | I'll remind you\
 on Thursday at 3 PM: meeting with Tom. I'll remind you on Thursday at 2:45 PM: meeting with Tom\
 in 15 minutes.
        remind me an hour before that | I'll remind you on Thursday at 2 PM: meeting with Tom in\
 1 hour.
        my birthday is june 3rd | I'll remember that your birthday is june 3rd.
        remind me on my birthday to call grandma | I'll remind you on June 3 at 9 AM: call grandma.
        remind me a week before my birthday to book a table | I'll remind you on May 27 at 9 AM:\
 book a table.
        joe's birthday is on may sixth | I'll remember that joe's birthday is on may sixth.
        cancel that | Okay, I took that back.
        joe's birthday is on may fifth | I'll remember that joe's birthday is on may fifth.
        when is joe's birthday | You told me at noon: joe's birthday is on may fifth.
        is it joe's birthday soon | 64 days, until Tuesday, May 5th.
    """,
    "one request behind a reminder": """
        remind me in an hour to take the bread out, and set a timer for 20 minutes, and add flour\
 to my list | I'll remind you at 1 PM: take the bread out. Timer set for 20 minutes. Added flour\
 to the shopping list.
        remind me at six to stop the oven and stop the timer | I'll remind you at 6 PM: stop the\
 oven and stop the timer.
    """,
    "notes in short": """
        note the car is on level 3 | Noted.
        where is the car | You noted at noon: the car is on level 3.
        note to self buy flowers | Noted.
        read it back | You noted at noon: buy flowers.
        note that | What should the note say?
        the wifi password is sunflower | Noted.
        take this down, the plumber comes on thursday | Noted.
        note the difference | <model>
    """,
    "sums and measures go on": """
        what's 18 percent of 64 | 18 percent of 64 is 11.52.
        add that to 64 | 11.52 plus 64 is 75.52.
        what's that as a percentage of 100 | 75.52 is 75.52 percent of 100.
        what percentage of 80 is 20 | 20 is 25 percent of 80.
        how hot is 180 celsius | 180 degrees Celsius is 356 degrees Fahrenheit.
        is 20 km more than 10 miles | 20 kilometers is more than 10 miles, which is 16.09\
 kilometers.
        which is longer a mile or a kilometer | 1 mile is more than 1 kilometer, which is 0.6214\
 miles.
        what's the date next tuesday | That is Tuesday, March 10th.
        how many days until then | 8 days, until Tuesday, March 10th.
    """,
}


def test_no_number_is_no_measure():
    """As it is of a logarithm of less than nothing."""
    with pytest.raises(SkillError):
        say_measure(Decimal("nan"), unit_named("meter"))


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES)
def test_dialogue(talk, dialogue):
    """Each line is answered so."""
    talk(*ALL).goes(dialogue)


def test_what_happens_cannot_be_noticed(talk):
    """A reminder for what happens is asked for its time; it says what it is about."""
    say = talk(*ALL)
    assert say("remind me when the rice is done").startswith("I can't tell when the rice is done")
    assert say("in ten minutes") == "I'll remind you at 12:10 PM: the rice is done."
