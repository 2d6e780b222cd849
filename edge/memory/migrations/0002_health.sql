-- One value of one metric. Counts (steps) are for the time between start and end; the others are
-- for the moment. day is the local day that the value belongs to (a night: the day it ends on).

create table readings (
    id integer primary key,
    metric text not null,           -- 'steps', 'sleep', 'resting_heart_rate', ... (edge/health/metrics.toml)
    day text not null,              -- 2026-03-01
    start_at real not null,
    end_at real not null,
    value real not null,            -- in the metric's unit
    source text not null,           -- the device or person that it comes from
    unique (metric, start_at, end_at, source) on conflict replace
);
create index readings_of_day on readings (metric, day);

create table goals (
    metric text primary key,
    value real not null,
    set_at real not null
);
