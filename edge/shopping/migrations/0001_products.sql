create table products (
    id integer primary key,
    code text not null unique,      -- without leading zeros
    name text not null,
    value text not null             -- JSON: see edge/shopping/products.py
);

create table words (
    word text not null,
    product integer not null references products (id) on delete cascade,
    primary key (word, product)
) without rowid;
create index words_of_product on words (product);
