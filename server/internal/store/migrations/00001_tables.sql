-- The texts in braces are column types, which differ between databases (flavor.go): {seq} numbers rows in the order in which
-- they are added, {key} is text that is compared byte by byte, {bytes} holds bytes.

CREATE TABLE meta (
    name  {key} PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE signing_keys (
    seq     {seq},
    id      {key} NOT NULL UNIQUE,
    der     {bytes} NOT NULL,
    created TEXT NOT NULL
);

CREATE TABLE clients (
    seq         {seq},
    id          {key} NOT NULL UNIQUE,
    secret      TEXT NOT NULL,
    api         TEXT NOT NULL,
    tenant      TEXT NOT NULL,
    enterprise  TEXT NOT NULL,
    role        TEXT NOT NULL,
    reseller_id TEXT
);

-- Authorization codes and refresh tokens, by their hashes. expires is in seconds since 1970.
CREATE TABLE grants (
    seq          {seq},
    id           {key} NOT NULL UNIQUE,
    kind         TEXT NOT NULL,
    family       {key} NOT NULL,
    client       TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    challenge    TEXT NOT NULL,
    scope        TEXT NOT NULL,
    expires      BIGINT NOT NULL,
    used         BOOLEAN NOT NULL
);
CREATE INDEX grants_by_family ON grants (family);
CREATE INDEX grants_by_expiry ON grants (expires);

-- Mails that would have been sent, of both APIs.
CREATE TABLE outbox (
    seq       {seq},
    kind      TEXT NOT NULL,
    recipient TEXT NOT NULL,
    api       TEXT NOT NULL,
    tenant    TEXT NOT NULL,
    user_id   TEXT NOT NULL,
    sent      TEXT NOT NULL
);

-- CloudCockpit. The tenant is its domain.

CREATE TABLE tenants (
    seq    {seq},
    domain {key} NOT NULL UNIQUE
);

CREATE TABLE portal_groups (
    seq    {seq},
    tenant {key} NOT NULL REFERENCES tenants (domain),
    id     {key} NOT NULL,
    name   TEXT NOT NULL,
    UNIQUE (tenant, id)
);

CREATE TABLE resellers (
    seq    {seq},
    tenant {key} NOT NULL REFERENCES tenants (domain),
    id     {key} NOT NULL,
    name   TEXT NOT NULL,
    UNIQUE (tenant, id)
);

CREATE TABLE customers (
    seq         {seq},
    tenant      {key} NOT NULL REFERENCES tenants (domain),
    id          {key} NOT NULL,
    name        TEXT NOT NULL,
    reseller_id {key},
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, reseller_id) REFERENCES resellers (tenant, id)
);
CREATE INDEX customers_by_reseller ON customers (tenant, reseller_id);

CREATE TABLE provider_instances (
    seq         {seq},
    tenant      {key} NOT NULL,
    id          {key} NOT NULL,
    customer_id {key} NOT NULL,
    microsoft   BOOLEAN NOT NULL,
    UNIQUE (tenant, id),
    FOREIGN KEY (tenant, customer_id) REFERENCES customers (tenant, id)
);
CREATE INDEX provider_instances_by_customer ON provider_instances (tenant, customer_id);

CREATE TABLE licenses (
    seq                  {seq},
    tenant               {key} NOT NULL,
    provider_instance_id {key} NOT NULL,
    sku_id               {key} NOT NULL,
    name                 TEXT NOT NULL,
    total                INTEGER NOT NULL,
    suspended            INTEGER NOT NULL,
    elsewhere            INTEGER NOT NULL,
    assignable           INTEGER NOT NULL,
    UNIQUE (tenant, provider_instance_id, sku_id),
    FOREIGN KEY (tenant, provider_instance_id) REFERENCES provider_instances (tenant, id)
);

-- customer_id repeats the provider instance's, because an e-mail is unique per customer.
CREATE TABLE customer_users (
    seq                  {seq},
    tenant               {key} NOT NULL,
    id                   {key} NOT NULL,
    customer_id          {key} NOT NULL,
    provider_instance_id {key} NOT NULL,
    display_name         TEXT NOT NULL,
    display_name_key     {key} NOT NULL,
    email                TEXT NOT NULL,
    email_key            {key} NOT NULL,
    first_name           TEXT,
    last_name            TEXT,
    location             TEXT NOT NULL,
    domain               TEXT NOT NULL,
    password             TEXT,
    UNIQUE (tenant, id),
    UNIQUE (tenant, customer_id, email_key),
    FOREIGN KEY (tenant, provider_instance_id) REFERENCES provider_instances (tenant, id)
);
CREATE INDEX customer_users_by_display_name ON customer_users (tenant, provider_instance_id, display_name_key, id);
CREATE INDEX customer_users_by_email ON customer_users (tenant, provider_instance_id, email_key, id);

-- provider_instance_id repeats the user's, to count the seats of an SKU.
CREATE TABLE customer_user_licenses (
    seq                  {seq},
    tenant               {key} NOT NULL,
    user_id              {key} NOT NULL,
    provider_instance_id {key} NOT NULL,
    sku_id               {key} NOT NULL,
    UNIQUE (tenant, user_id, sku_id),
    FOREIGN KEY (tenant, user_id) REFERENCES customer_users (tenant, id),
    FOREIGN KEY (tenant, provider_instance_id, sku_id) REFERENCES licenses (tenant, provider_instance_id, sku_id)
);
CREATE INDEX customer_user_licenses_by_sku ON customer_user_licenses (tenant, provider_instance_id, sku_id);

-- scope_id is a reseller's or a customer's id, or the zero id of the tenant itself.
CREATE TABLE portal_users (
    seq            {seq},
    tenant         {key} NOT NULL REFERENCES tenants (domain),
    id             {key} NOT NULL,
    scope          {key} NOT NULL,
    scope_id       {key} NOT NULL,
    first_name     TEXT NOT NULL,
    first_name_key {key} NOT NULL,
    last_name      TEXT NOT NULL,
    last_name_key  {key} NOT NULL,
    email          TEXT NOT NULL,
    email_key      {key} NOT NULL,
    deleted        BOOLEAN NOT NULL,
    UNIQUE (tenant, id)
);
CREATE UNIQUE INDEX portal_users_by_email ON portal_users (tenant, email_key) WHERE NOT deleted;
CREATE INDEX portal_users_by_name ON portal_users (tenant, scope, scope_id, first_name_key, last_name_key, id);

CREATE TABLE portal_user_groups (
    seq      {seq},
    tenant   {key} NOT NULL,
    user_id  {key} NOT NULL,
    group_id {key} NOT NULL,
    UNIQUE (tenant, user_id, group_id),
    FOREIGN KEY (tenant, user_id) REFERENCES portal_users (tenant, id),
    FOREIGN KEY (tenant, group_id) REFERENCES portal_groups (tenant, id)
);
CREATE INDEX portal_user_groups_by_group ON portal_user_groups (tenant, group_id);

-- MyReports. Its tenants are accounts and the customers of accounts, within an enterprise.

CREATE TABLE enterprises (
    seq  {seq},
    name {key} NOT NULL UNIQUE
);

-- account_id is null for an account.
CREATE TABLE report_tenants (
    seq        {seq},
    enterprise {key} NOT NULL REFERENCES enterprises (name),
    id         {key} NOT NULL,
    account_id {key},
    name       TEXT NOT NULL,
    UNIQUE (enterprise, id),
    FOREIGN KEY (enterprise, account_id) REFERENCES report_tenants (enterprise, id)
);
CREATE INDEX report_tenants_by_account ON report_tenants (enterprise, account_id);

CREATE TABLE people (
    seq            {seq},
    enterprise     {key} NOT NULL REFERENCES enterprises (name),
    id             {key} NOT NULL,
    display_name   TEXT NOT NULL,
    email          TEXT NOT NULL,
    email_key      {key} NOT NULL,
    primary_tenant {key} NOT NULL,
    UNIQUE (enterprise, id),
    UNIQUE (enterprise, email_key)
);

CREATE TABLE members (
    seq        {seq},
    enterprise {key} NOT NULL,
    tenant_id  {key} NOT NULL,
    person_id  {key} NOT NULL,
    is_parent  BOOLEAN NOT NULL,
    UNIQUE (enterprise, tenant_id, person_id),
    FOREIGN KEY (enterprise, tenant_id) REFERENCES report_tenants (enterprise, id),
    FOREIGN KEY (enterprise, person_id) REFERENCES people (enterprise, id)
);
CREATE INDEX members_by_person ON members (enterprise, person_id);

CREATE TABLE member_roles (
    seq        {seq},
    enterprise {key} NOT NULL,
    tenant_id  {key} NOT NULL,
    person_id  {key} NOT NULL,
    role       {key} NOT NULL,
    UNIQUE (enterprise, tenant_id, person_id, role),
    FOREIGN KEY (enterprise, tenant_id, person_id) REFERENCES members (enterprise, tenant_id, person_id)
);
