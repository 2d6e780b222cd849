"""What is said one after the other: each line, and what is answered."""

from __future__ import annotations

import pytest

from edge.reason.skills.alarms import Alarms
from edge.reason.skills.health import Health
from edge.reason.skills.interruptions import Interruptions
from edge.reason.skills.lists import Lists
from edge.reason.skills.maths import Maths
from edge.reason.skills.notes import Notes
from edge.reason.skills.remember import Remember
from edge.reason.skills.reminders import Reminders
from edge.reason.skills.spelling import Spelling
from edge.reason.skills.timers import Timers
from edge.reason.skills.units import Units

ALL = (Alarms, Health, Interruptions, Lists, Maths, Notes, Remember, Reminders, Spelling)
ALL = (*ALL, Timers, Units)

DIALOGUES = {
    "an alarm keeps its half of the day": """
        alarm at seven tomorrow | Alarm set for 7 AM tomorrow.
        Change my alarm to 7.15. | Alarm moved to 7:15 AM tomorrow.
        no, i meant seven thirty | Alarm moved to 7:30 AM tomorrow.
        cancel that | Okay, I took that back.
        do i have any alarms | The alarm is for 7 AM tomorrow.
        push my alarm back by ten minutes | Alarm moved to 7:10 AM tomorrow.
        move my alarm to ten tomorrow evening | Alarm moved to 10 PM tomorrow.
        move my alarm from ten to half past eleven | Alarm moved to 11:30 PM tomorrow.
    """,
    "an alarm that repeats is moved": """
        alarm at seven on weekdays | Alarm set for 7 AM every weekday.
        change my alarm to seven fifteen | Alarm moved to 7:15 AM every weekday.
        no, i meant seven thirty | Alarm moved to 7:30 AM every weekday.
        cancel that | Okay, I took that back.
        do i have any alarms | The alarm is for 7 AM every weekday.
        move my alarm to tomorrow | That one repeats; cancel it and set it anew.
        push my alarm back by an hour | That one repeats; name the time that it should be at.
    """,
    "nothing is cancelled before it is asked of who wants none": """
        remind me at five to call mom | I'll remind you at 5 PM: call mom.
        remind me tomorrow at nine to buy milk | I'll remind you tomorrow at 9 AM: buy milk.
        i don't need any reminders today | There is one: call mom, at 5 PM. Shall I cancel it?
        no | I'll keep it.
        i don't want to be reminded to buy milk | Cancelled: buy milk.
        do i have any reminders | There is one: call mom, at 5 PM.
        set a timer for ten minutes | Timer set for 10 minutes.
        i don't need a timer | There is the 10 minute timer. Shall I cancel it?
        no | I'll keep it.
        i don't need the timer | 10 minute timer cancelled.
    """,
    "which of two times it is": """
        schedule a meeting with bob tomorrow at three | I'll remind you tomorrow at 3 PM: meeting\
 with bob.
        is my meeting at three or four | There is one: meeting with bob, tomorrow at 3 PM.
    """,
    "what is taken out of a dish stays on the list": """
        add milk and eggs to my shopping list | Added milk and eggs to the shopping list.
        remove eggs from the soup | <model>
        remove eggs from my shopping list | Removed eggs from the shopping list.
    """,
    "an alarm when it is a time": """
        tell me when it's five thirty | Alarm set for 5:30 PM today.
        let me know when it is seven in the evening | Alarm set for 7 PM today.
    """,
    "an alarm before something else": """
        set an alarm for twenty minutes before seven | Alarm set for 6:40 PM today.
        set an alarm for twenty minutes | Alarm set for 12:20 PM today.
    """,
    "reminders that repeat are told, and moved": """
        remind me on the first of every month to pay the rent | I'll remind you on the 1st of\
 every month at 9 AM: pay the rent.
        move my rent reminder to noon | Moved: pay the rent, on the 1st of every month at noon.
        remind me every day at eight pm to floss | I'll remind you every day at 8 PM: floss.
        change the floss reminder to nine | Moved: floss, every day at 9 PM.
        cancel that | Okay, I took that back.
        remind me every other day at nine to stretch | I'll remind you every 2 days at 9 AM:\
 stretch.
        move the stretch reminder to ten | Moved: stretch, every 2 days at 10 AM.
    """,
    "a reminder is put off": """
        remind me to water the plants tomorrow morning | I'll remind you tomorrow at 9 AM: water\
 the plants.
        push the plants reminder back to six tomorrow evening | Moved: water the plants, tomorrow\
 at 6 PM.
        push the plants reminder back by an hour | Moved: water the plants, tomorrow at 7 PM.
        postpone the plants for two days | Moved: water the plants, on Thursday at 7 PM.
        tell me at six to call mum | I'll remind you at 6 PM: call mum.
        remind me in ten minutes to eat | I'll remind you at 12:10 PM: eat.
        push the eat reminder back by an hour | Moved: eat, at 1:10 PM.
    """,
    "told to do something": """
        tell me in five minutes to check the oven | I'll remind you at 12:05 PM: check the oven.
        in ten minutes tell me to check the oven | I'll remind you at 12:10 PM: check the oven.
        let me know in an hour to turn the oven off | I'll remind you at 1 PM: turn the oven off.
        ping me in half an hour about the laundry | I'll remind you at 12:30 PM: the laundry.
        tell me to have a nice day | <model>
        tell me to call mum | <model>
        tell me to go to the store after work | When should I remind you?
        at six | I'll remind you at 6 PM: go to the store after work.
        tell me to call mum when i get home | When should I remind you?
        never mind | Okay.
        tell me to turn it up | <model>
        tell me about the news today | <model>
    """,
    "a reminder goes on": """
        put lunch with sam on friday at noon on my calendar | I'll remind you on Friday at noon:\
 lunch with sam.
        do i have lunch with sam on friday | There is one: lunch with sam, at noon.
        move it to one | Moved: lunch with sam, on Friday at 1 PM.
        push it back by an hour | Moved: lunch with sam, on Friday at 2 PM.
        remind me to call mum tomorrow | I'll remind you tomorrow at 9 AM: call mum.
        make it the day after | I'll remind you on Wednesday at 9 AM: call mum.
        and again on friday | I'll remind you on Friday at 9 AM: call mum.
        and at ten | I'll remind you on Friday at 10 AM: call mum.
    """,
    "an alarm goes on": """
        wake me at seven | Alarm set for 7 AM tomorrow.
        make it half past | Alarm set for 7:30 AM tomorrow.
        and another one for nine | Alarm set for 9 AM tomorrow.
        and at ten | Alarm set for 10 AM tomorrow.
        cancel the nine o'clock one | Alarm for 9 AM tomorrow cancelled.
        cancel the seven thirty alarm | Alarm for 7:30 AM tomorrow cancelled.
        set the alarm 10 minutes later | Alarm moved to 10:10 AM tomorrow.
        move it to eleven | Alarm moved to 11 AM tomorrow.
        wake me at eight | Alarm set for 8 AM tomorrow.
        turn it off | Alarm for 8 AM tomorrow cancelled.
        wake me at eight | Alarm set for 8 AM tomorrow.
        cancel both alarms | 2 alarms cancelled.
        set an alarm for two pm | Alarm set for 2 PM today.
        do i have any alarms | The alarm is for 2 PM today.
        turn it off | Alarm for 2 PM today cancelled.
    """,
    "what is not there is not moved": """
        move Tuesday's class to Thursday | There is no such reminder.
        move the meeting from monday to tuesday | There is no such reminder.
        push the meeting back by an hour | There is no such reminder.
        move my alarm to seven | There is no alarm.
        move the sofa to the living room | <model>
        move the slider to five | <model>
        push the button for five seconds | <model>
        remind me of class on tuesday at 5 pm | I'll remind you tomorrow at 5 PM: class.
        move Tuesday's class to Thursday | Moved: class, on Thursday at 5 PM.
        push the class back by an hour | Moved: class, on Thursday at 6 PM.
    """,
    "two times in one breath": """
        set alarms at five or six | You said two different times. Which one?
        six | Alarm set for 6 PM today.
        set an alarm for seven or seven thirty | You said two different times. Which one?
        never mind | Okay.
        set alarms for 11 and 1 pm | Alarm set for 11 AM tomorrow. Alarm set for 1 PM today.
        remind me at five or six to call mum | You said two different times. Which one?
        never mind | Okay.
        remind me at 5 pm to buy tickets for five or six people | I'll remind you at 5 PM: buy\
 tickets for five or six people.
    """,
    "what is known already is asked for again": """
        i parked on level three | I'll remember that you parked on level three.
        remind me where i parked | You told me at noon: you parked on level three.
        remind me what my name is | You haven't told me your name.
        call me sam | Okay, Sam.
        remind me who i am | Your name is Sam.
        remind me who called | <model>
        remind me when the meeting is | There are no reminders.
    """,
    "timers by their length": """
        set a timer for five minutes | Timer set for 5 minutes.
        set a timer for ten minutes | Timer set for 10 minutes.
        Stop the 10-minute one. | 10 minute timer cancelled.
        stop the ten minute one | There is no ten minute timer.
        add two more minutes to it | 5 minute timer has 7 minutes left.
        set a ten minute timer called eggs | Eggs timer set for 10 minutes.
        how are the eggs doing | There are 10 minutes on the eggs timer.
        start a stopwatch | Sorry, I can't start a stopwatch.
    """,
    "timers go on": """
        set a pasta timer for ten minutes | Pasta timer set for 10 minutes.
        pause | Pasta timer paused, with 10 minutes left.
        what's 2 plus 2 | 2 plus 2 is 4.
        resume | Pasta timer running again, with 10 minutes left.
        resume | The pasta timer is not paused.
        add two minutes to the pasta | Pasta timer has 12 minutes left.
        actually make it three | Pasta timer has 13 minutes left.
        how long has it been running | You set the pasta timer just now.
        when will it be done | There are 13 minutes on the pasta timer.
        call it noodles | The pasta timer is the noodles timer now.
        undo | Okay, I took that back.
        rename the timer to noodles | The pasta timer is the noodles timer now.
        and another one for the toast, three minutes | Toast timer set for 3 minutes.
        and six minutes for the eggs | Eggs timer set for 6 minutes.
        set another one for twenty | Timer set for 20 minutes.
        how about the toast | There are 3 minutes on the toast timer.
        set another | For how long?
        five minutes | Timer set for 5 minutes.
        and the bacon | <model>
        cancel all timers | 5 timers cancelled.
        pause | There is no timer.
    """,
    "a timer that is not there": """
        set a timer for 12 minutes for the rice | Rice timer set for 12 minutes.
        add 5 minutes to the chicken timer | There is no chicken timer.
        add 5 minutes to the rice | Rice timer has 17 minutes left.
        set a timer for 12 minutes for the peas | Peas timer set for 12 minutes.
        and 20 for the chicken | Chicken timer set for 20 minutes.
        cancel the chicken | Chicken timer cancelled.
    """,
    "who corrects what was just said": """
        set an alarm for eight | Alarm set for 8 PM today.
        in the morning | Alarm set for 8 AM tomorrow.
        on friday | Alarm set for 8 AM on Friday.
        remind me to buy flowers on friday | I'll remind you on Friday at 9 AM: buy flowers.
        at five | I'll remind you on Friday at 5 PM: buy flowers.
        tomorrow | I'll remind you tomorrow at 5 PM: buy flowers.
        my heart rate was 64 | Noted: heart rate 64 beats per minute.
        no, 66 | Noted: heart rate 66 beats per minute.
        undo | Okay, I took that back.
        is my heart rate normal | I have no readings of your heart rate yet.
        take a note that the door is stuck | Noted.
        delete my last note | Deleted the note: the door is stuck.
        undo | Okay, I took that back.
        read my notes | You noted at noon: the door is stuck.
    """,
    "what was kept": """
        remember the gate code is 4411 | I'll remember that the gate code is 4411.
        what's the gate code | You told me at noon: the gate code is 4411.
        what's the code of conduct | <model>
        i left my keys on the hook | I'll remember that you left your keys on the hook.
        i put the passport under the mat | I'll remember that you put the passport under the mat.
        where are my keys | You told me at noon: you left your keys on the hook.
        i left work at five | <model>
    """,
    "when something is": """
        put dentist on thursday at 2 in my calendar | I'll remind you on Thursday at 2 PM: dentist.
        when's the dentist | There is one: dentist, on Thursday at 2 PM.
        how long until the dentist | There is one: dentist, on Thursday at 2 PM.
        move it to three | Moved: dentist, on Thursday at 3 PM.
        when's the carnival | <model>
    """,
    "who is told of": """
        my wife's name is julia | I'll remember that your wife's name is julia.
        what's my wife's name | You told me at noon: your wife's name is julia.
        my dog is called rex | I'll remember that your dog is called rex.
        what's my dog called | You told me at noon: your dog is called rex.
        my phone is dead | <model>
        what's my name | You haven't told me your name.
    """,
    "what has no end": """
        remind me every 30 minutes to stand up until 5 | I'll remind you every 30 minutes: stand\
 up. It goes on until you tell me to stop.
    """,
    "timers asked for politely": """
        would you mind setting a timer for three minutes | Timer set for 3 minutes.
        could you maybe set a timer for like twenty minutes | Timer set for 20 minutes.
        can i get a timer for four minutes please | Timer set for 4 minutes.
        have a nice day | <model>
    """,
    "off a list that is not named": """
        add basil, thyme and milk to the list | Added basil, thyme and milk to the shopping list.
        take basil off | Removed basil from the shopping list.
        remove the thyme please | Removed thyme from the shopping list.
        i don't need the milk anymore | Removed milk from the shopping list.
        remove the door | <model>
    """,
    "what was noted": """
        note that the wifi password is bluebird | Noted.
        what was the wifi password | You noted at noon: the wifi password is bluebird.
        what's the password for the wi-fi again | You noted at noon: the wifi password is bluebird.
        what is the wifi | You noted at noon: the wifi password is bluebird.
        what is bluebird | <model>
    """,
    "what was told": """
        remember i'm allergic to peanuts | I'll remember that you're allergic to peanuts.
        what am i allergic to | You told me at noon: you're allergic to peanuts.
        call me max | Okay, Max.
        who am i | Your name is Max.
    """,
    "parts of a measure": """
        three quarters of a pound in grams | three quarters of a pound is 340.19 grams.
        what's a third of a cup in milliliters | a third of a cup is 78.86 milliliters.
        how many ounces are in a pound and a half | a pound and a half is 24 ounces.
        half an inch in centimeters | half an inch is 1.27 centimeters.
        what is 3/4 cup in milliliters | 3/4 cup is 177.44 milliliters.
    """,
    "a conversion goes on": """
        how fast is 100 km/h in mph | 100 kilometers per hour is 62.14 miles per hour.
        what's 60 miles an hour in kilometers per hour | 60 miles per hour is 96.56 kilometers per\
 hour.
        convert 20 celsius to fahrenheit | 20 degrees Celsius is 68 degrees Fahrenheit.
        and in kelvin? | 20 degrees Celsius is 293.15 kelvin.
        and 25? | 25 degrees Celsius is 298.15 kelvin.
        two pounds to kilos | 2 pounds is 0.9072 kilograms.
        what about three pounds | 3 pounds is 1.36 kilograms.
        how many ounces is that | 3 pounds is 48 ounces.
        and paris? | <model>
        in grams | <model>
        how many grams in an ounce | 1 ounce is 28.35 grams.
        how many in two ounces | 2 ounces is 56.7 grams.
        and in a mile? | <model>
        what is 5'11 in cm | 5 foot 11 is 180.34 centimeters.
        how hot is 30 degrees in fahrenheit | 30 degrees Celsius is 86 degrees Fahrenheit.
    """,
    "a sum goes on": """
        what's 12 times 12 | 12 times 12 is 144.
        double that | 2 times 144 is 288.
        plus 10 | 288 plus 10 is 298.
        and divide that by four | 298 divided by 4 is 74.5.
        multiply it by two | 74.5 times 2 is 149.
        half of that | 149 divided by 2 is 74.5.
        add 5 to that | 74.5 plus 5 is 79.5.
        take away 80 | 79.5 minus 80 is -0.5.
        minus 1 | Minus 0.5 minus 1 is -1.5.
        squared | Minus 1.5 times minus 1.5 is 2.25.
        the square root of that | The square root of 2.25 is 1.5.
        what's 20 percent of 85 | 20 percent of 85 is 17.
        and of 120 | 20 percent of 120 is 24.
        split that three ways | 24 divided by 3 is 8.
        add five minutes | There is no timer.
        double that | <model>
    """,
    "the heart at rest": """
        is my heart rate normal | I have no readings of your heart rate yet.
        my resting heart rate was 62 today | Noted: resting heart rate 62 beats per minute.
        is my heart rate normal | 62 beats per minute is beyond none of the limits I know; I can't\
 judge more.
    """,
    "times that contradict each other": """
        set an alarm for 7 am in the evening | You said 7 AM and the evening. Which is it?
        remind me at 1 pm tomorrow morning to eat | You said 1 PM and the morning. Which is it?
    """,
    "a list goes on": """
        add milk, eggs and bread to my shopping list | Added milk, eggs and bread to the shopping\
 list.
        actually not the eggs | Removed eggs from the shopping list.
        add rice to the shopping list | Added rice to the shopping list.
        and some butter | Added butter to the shopping list.
        oh and olive oil | Added olive oil to the shopping list.
        what's on it | On the shopping list: milk, bread, rice, butter and olive oil.
        and is rice on it | Yes, rice is on the shopping list.
        and thanks | <model>
        what's on my list | On the shopping list: milk, bread, rice, butter and olive oil.
        put on some jazz | Sorry, I can't put on some jazz.
        start a packing list | The packing list is empty; tell me what to add.
        add socks | Added socks to the packing list.
        and the weather | <model>
        add shirts to the packing list | Added shirts to the packing list.
        read it back | On the packing list: socks and shirts.
        what do i need to buy | On the shopping list: milk, bread, rice, butter and olive oil.
        is there anything left on my list | On the shopping list: milk, bread, rice, butter and\
 olive oil.
    """,
    "lists are things": """
        add a hundred eggs to my list | Added a hundred eggs to the shopping list.
        put everything from the garden list on the shopping list | I can't put a whole list onto\
 another; tell me the things.
        rename the shopping list to groceries | Sorry, I can't rename the shopping list to\
 groceries.
        i bought milk and eggs | Ticked off a hundred eggs, and noted milk.
        i bought coffee for five euros | Noted that you bought coffee.
        add rice and beans to my list | Added rice and beans to the shopping list.
        how many things are on my list | There are 2 things on the shopping list.
        what should i buy | On the shopping list: rice and beans.
    """,
    "a reminder keeps its time on another day": """
        schedule lunch with anna on wednesday at one | I'll remind you on Wednesday at 1 PM: lunch\
 with anna.
        move lunch with anna to thursday | Moved: lunch with anna, on Thursday at 1 PM.
        move lunch with anna to two | Moved: lunch with anna, on Thursday at 2 PM.
    """,
    "health readings are deleted": """
        delete my health data | I have no health readings.
        my weight is 71 kilos | Noted: weight 71 kilograms.
        my resting heart rate was 62 today | Noted: resting heart rate 62 beats per minute.
        forget my weight | That deletes one reading of your weight for good. Shall I?
        yes | I have deleted your weight readings.
        what was my weight | I have no readings of your weight yet.
        delete my health data | That deletes one reading of your health for good. Shall I?
        no | I'll keep them.
        delete my health data | That deletes one reading of your health for good. Shall I?
        yes | I have deleted your health readings.
    """,
    "an hour that is over today": """
        remind me to buy milk at eleven | I'll remind you at 11 PM: buy milk.
    """,
    "small things": """
        what's the cube of 4 | 4 cubed is 64.
        the square of 12 plus 6 | 12 squared plus 6 is 150.
        can you tell me how many ounces are in a kilo | 1 kilogram is 35.27 ounces.
        first set a timer for one minute | Timer set for 1 minute.
        don't let me forget the keys | When should I remind you?
        at six | I'll remind you at 6 PM: the keys.
        what's a tip of twenty percent on 48.50 | 20 percent of 48.5 is 9.7.
        spell rhythm slowly | rhythm is spelt R, H, Y, T, H, M.
        how do you spell again | again is spelt A, G, A, I, N.
        be quiet for an hour | Only what you asked for until 1 PM.
    """,
}


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES)
def test_dialogue(talk, dialogue):
    """Each line is answered so."""
    talk(*ALL).goes(dialogue)


def test_the_same_sentence_is_said_once(talk):
    """Where two parts of a question come to the same."""
    say = talk(*ALL)
    assert say("move my alarm to seven and cancel my alarm").count("There is no alarm.") == 1
