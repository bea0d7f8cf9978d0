-- The columns by which customers, resellers, provider instances and accounts are listed. A profile is JSON: the members that
-- are only shown (company.go, provider_profile.go, tenant_profile.go). The keys are folded text to sort and search by.
ALTER TABLE customers ADD COLUMN name_key {key} NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN identifier_key {key} NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN deleted BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE customers ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
CREATE INDEX customers_by_name ON customers (tenant, name_key, id);

ALTER TABLE resellers ADD COLUMN name_key {key} NOT NULL DEFAULT '';
ALTER TABLE resellers ADD COLUMN identifier_key {key} NOT NULL DEFAULT '';
ALTER TABLE resellers ADD COLUMN mpn_key {key} NOT NULL DEFAULT '';
ALTER TABLE resellers ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
CREATE INDEX resellers_by_name ON resellers (tenant, name_key, id);

ALTER TABLE provider_instances ADD COLUMN alias_key {key} NOT NULL DEFAULT '';
ALTER TABLE provider_instances ADD COLUMN provider_customer_key {key} NOT NULL DEFAULT '';
ALTER TABLE provider_instances ADD COLUMN domain_key {key} NOT NULL DEFAULT '';
ALTER TABLE provider_instances ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
CREATE INDEX provider_instances_by_provider ON provider_instances (tenant, microsoft, alias_key, id);

-- An enterprise without an id has one that is made of its name.
ALTER TABLE enterprises ADD COLUMN id {key};
ALTER TABLE report_tenants ADD COLUMN name_key {key} NOT NULL DEFAULT '';
ALTER TABLE report_tenants ADD COLUMN reference_key {key} NOT NULL DEFAULT '';
ALTER TABLE report_tenants ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
