-- warehouse-sdk: re-key business.dim_account

-- guard-new-key: a member has the new key already, and two histories are not merged; correct the mapping
SELECT CAST($new_key_1 AS VARCHAR) AS bank_code,
       CAST($new_key_2 AS INTEGER) AS account_no
WHERE EXISTS (SELECT 1 FROM business.dim_account AS tgt WHERE tgt.bank_code = $key_1 AND tgt.account_no = $key_2 AND tgt.account_key > 0)
  AND NOT EXISTS (SELECT 1 FROM business.dim_account AS tgt WHERE tgt.bank_code = $key_1 AND tgt.account_no = $key_2 AND tgt.bank_code = CAST($new_key_1 AS VARCHAR) AND tgt.account_no = CAST($new_key_2 AS INTEGER) AND tgt.account_key > 0)
  AND (EXISTS (SELECT 1 FROM business.dim_account AS tgt WHERE tgt.bank_code = CAST($new_key_1 AS VARCHAR) AND tgt.account_no = CAST($new_key_2 AS INTEGER)));

-- change-key: The member's rows in business.dim_account.
UPDATE business.dim_account AS tgt
SET bank_code = CAST($new_key_1 AS VARCHAR),
    account_no = CAST($new_key_2 AS INTEGER),
    load_id = $load_id
WHERE tgt.bank_code = $key_1 AND tgt.account_no = $key_2
  AND NOT (tgt.bank_code = CAST($new_key_1 AS VARCHAR) AND tgt.account_no = CAST($new_key_2 AS INTEGER));

-- count-members: Whether there was such a member.
SELECT 1 AS accepted,
       CASE WHEN EXISTS (SELECT 1 FROM business.dim_account AS tgt WHERE tgt.bank_code = CAST($new_key_1 AS VARCHAR) AND tgt.account_no = CAST($new_key_2 AS INTEGER) AND tgt.load_id = $load_id) THEN 1 ELSE 0 END AS updated;
