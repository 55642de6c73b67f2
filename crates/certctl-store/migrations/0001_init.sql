CREATE TABLE store_placeholder (
    id BIGINT PRIMARY KEY
){STRICT};
