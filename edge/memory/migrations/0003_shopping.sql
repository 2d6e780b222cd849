-- Things bought together have the same basket.

create table purchases (
    id integer primary key,
    item text not null,
    bought_at real not null,
    basket text not null
);
create index purchases_of_item on purchases (item, bought_at);
