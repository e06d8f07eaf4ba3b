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
       place.file,
       place.line,
       $load_id
FROM temp.staged AS src
                       JOIN warehouse.reject AS place ON place.replayed_by = $load_id AND place.replay_line = src.source_line - 1099511627776;
