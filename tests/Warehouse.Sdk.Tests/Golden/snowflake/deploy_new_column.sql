-- warehouse-sdk: deploy small shop

-- add-column: A column that the model has gained; older rows hold NULL.
ALTER TABLE "LANDING"."TAG" ADD COLUMN IF NOT EXISTS "LABEL" VARCHAR;

-- comment-column: The data dictionary.
COMMENT ON COLUMN "LANDING"."TAG"."LABEL" IS 'The shop''s own word.';
