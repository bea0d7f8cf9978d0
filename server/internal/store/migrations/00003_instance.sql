-- A user's instance is the seq of its provider instance. The indexes of lists begin with that number, where they began with
-- two long texts that were the same in all users of a list: they are smaller, and quicker to make.
ALTER TABLE customer_users ADD COLUMN instance BIGINT NOT NULL DEFAULT 0;
UPDATE customer_users SET instance = (SELECT p.seq FROM provider_instances p
    WHERE p.tenant = customer_users.tenant AND p.id = customer_users.provider_instance_id);
DROP INDEX customer_users_by_display_name;
DROP INDEX customer_users_by_email;
CREATE INDEX customer_users_by_display_name ON customer_users (instance, display_name_key, id);
CREATE INDEX customer_users_by_email ON customer_users (instance, email_key, id);
