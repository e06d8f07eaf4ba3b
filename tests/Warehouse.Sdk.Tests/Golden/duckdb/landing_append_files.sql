-- warehouse-sdk: land landing.customer

-- append-rows: Rows as received, with load, file and line.
INSERT INTO landing.customer (customer_id, created_on, first_name, email, city, store_id, segment, changed_at, source_file, source_line, load_id)
SELECT src.customer_id,
       src.created_on,
       src.first_name,
       src.email,
       src.city,
       src.store_id,
       src.segment,
       src.changed_at,
       place.path,
       src.source_line & 1099511627775,
       $load_id
FROM temp.staged AS src
                       JOIN warehouse.load_file AS place ON place.load_id = $load_id AND place.number = src.source_line >> 40;
