-- Accounts stand sealed. They are compared where they stand, so equal ones give equal texts (store/atrest.py); what an account
-- looks like is checked before it is sealed. Rows of before are sealed by the program right after, and not looked at here.
ALTER TABLE agency_account DROP CONSTRAINT agency_account_account_check;
ALTER TABLE agency_account ADD CONSTRAINT account_is_sealed CHECK (account LIKE 's1.%') NOT VALID;
ALTER TABLE bank_order DROP CONSTRAINT bank_order_payee_account_check;
ALTER TABLE bank_order ADD CONSTRAINT account_is_sealed CHECK (payee_account = '' OR payee_account LIKE 's1.%') NOT VALID;
ALTER TABLE bank_receipt DROP CONSTRAINT bank_receipt_payer_account_check;
ALTER TABLE bank_receipt ADD CONSTRAINT account_is_sealed CHECK (payer_account = '' OR payer_account LIKE 's1.%') NOT VALID;
ALTER TABLE receipt_return DROP CONSTRAINT receipt_return_payee_account_check;
ALTER TABLE receipt_return ADD CONSTRAINT account_is_sealed CHECK (payee_account LIKE 's1.%') NOT VALID;
ALTER TABLE demo_bank_transfer ADD CONSTRAINT account_is_sealed CHECK (payer_account = '' OR payer_account LIKE 's1.%') NOT VALID;
