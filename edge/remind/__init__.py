"""A word at the right moment: timers, alarms, reminders and suggestions, and when to keep quiet."""
