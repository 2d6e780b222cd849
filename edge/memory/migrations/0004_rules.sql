-- What goes with what, learned from baskets of other people's (edge shopping learn).

create table rules (
    item text not null,
    other text not null,
    support real not null,          -- share of the baskets that have both
    confidence real not null,       -- share of the baskets with `item` that have `other`
    lift real not null,             -- confidence over the share of all baskets that have `other`
    baskets integer not null,       -- how many baskets have both
    origin text not null,           -- name of the file
    primary key (item, other)
);
