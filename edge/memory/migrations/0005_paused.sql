-- Timers can be paused: state 'paused'.

alter table due add column remaining real;  -- seconds that a paused timer still has; null: it runs
