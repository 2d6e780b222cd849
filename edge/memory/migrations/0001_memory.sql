-- Moments are seconds since 1970 in UTC. A wall time is local and has no zone: 2026-03-01T07:00:00.

create table facts (
    id integer primary key,
    text text not null,             -- as the wearer said it, without "remember that"
    said text not null,             -- the whole sentence: its origin
    origin text not null,           -- 'voice', 'text' or the name of what brought it
    told_at real not null
);

create table notes (
    id integer primary key,
    text text not null,
    written_at real not null
);

create table lists (
    id integer primary key,
    name text not null unique       -- 'shopping', 'to-do', or any other
);

create table items (
    id integer primary key,
    list_id integer not null references lists (id) on delete cascade,
    text text not null,
    added_at real not null,
    done_at real                    -- null: still to do
);
create index items_of_list on items (list_id, done_at);

create table due (
    id integer primary key,
    kind text not null,             -- 'timer', 'alarm', 'reminder'
    name text not null default '',  -- what a timer or alarm is called; what a reminder is about
    at real not null,               -- the moment it is due
    wall text,                      -- its wall time: it moves with the zone; null: a duration
    rule text,                      -- how it repeats, as JSON (edge/remind/rule.py); null: once
    seconds real,                   -- a timer's length
    set_at real not null,
    state text not null default 'set', -- 'set', 'told', 'cancelled'
    snoozed integer not null default 0
);
create index due_next on due (state, at);

create table told (
    id integer primary key,
    at real not null,
    kind text not null,             -- of due, or 'suggestion'
    topic text not null,            -- what "stop telling me that" is about
    text text not null,
    why text not null,
    channel text not null,          -- 'voice', 'earcon' or 'display'
    due_id integer                  -- what it came from; null: a suggestion
);
create index told_when on told (at);

create table muted (
    topic text primary key,
    at real not null
);

create table state (
    key text primary key,
    value text not null
);
