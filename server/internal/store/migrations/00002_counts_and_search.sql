-- How many users a provider instance has, and how often the list of them changed (customer_user_count.go). The sums over
-- shards count: on a database where several transactions write at the same time, each takes another shard.
CREATE TABLE customer_user_counts (
    tenant               {key} NOT NULL,
    provider_instance_id {key} NOT NULL,
    shard                INTEGER NOT NULL,
    users                BIGINT NOT NULL,
    version              BIGINT NOT NULL,
    PRIMARY KEY (tenant, provider_instance_id, shard),
    FOREIGN KEY (tenant, provider_instance_id) REFERENCES provider_instances (tenant, id)
);

INSERT INTO customer_user_counts (tenant, provider_instance_id, shard, users, version)
SELECT tenant, provider_instance_id, 0, COUNT(*), 0 FROM customer_users GROUP BY tenant, provider_instance_id;

-- The index for searches, where it is a table of its own (flavor.go).
{search}
