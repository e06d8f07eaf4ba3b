-- warehouse-sdk: deploy small shop

-- add-column: A column that the model has gained; older rows hold NULL.
ALTER TABLE landing.tag ADD COLUMN label VARCHAR;

-- comment-column: The data dictionary.
COMMENT ON COLUMN landing.tag.label IS 'The shop''s own word.';
