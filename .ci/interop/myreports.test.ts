// Every operation of MyReports, through openapi-fetch, with the types that openapi-typescript generates from the document.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import createClient from "openapi-fetch";

import { type Result, body, empty, run, unauthorized } from "./cases.js";
import { bearer, unknownID, outbox, url } from "./sandbox.js";
import type { components, operations, paths } from "./types/myreports.js";

type Schemas = components["schemas"];
/** Errors are unknown to the types of an operation that declares 402, because the body of a 402 has no schema. */
type Failure = Result<unknown, unknown>;

const as = async (client: string) =>
  createClient<paths>({ baseUrl: `${url}/api`, headers: await bearer("/connect/token", client) });
type Client = Awaited<ReturnType<typeof as>>;

const enterprise = await as("demo-myreports");
const otherEnterprise = await as("other-myreports");
const anonymous = createClient<paths>({ baseUrl: `${url}/api` });

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/;
const wanda = "f0000000-0000-4000-8000-000000000003"; // a user of the account whose primary tenant is another one

/** The ids of a call that succeeds. A case for another status replaces one of them. */
const here = {
  accountTenantId: "e0000000-0000-4000-8000-000000000001",
  customerTenantId: "e1000000-0000-4000-8000-000000000001",
  userId: "f0000000-0000-4000-8000-000000000001",
};
const atCustomer = { ...here, userId: "f1000000-0000-4000-8000-000000000001" };

const newcomer = (roles: string[] = []) => ({ displayName: "Nina New", email: `${randomUUID()}@acme.example`, roles });
const rename: Schemas["JSONPatch"] = [{ op: "replace", path: "/displayName", value: "My New Name" }];
const buy: Schemas["JSONPatch"] = [{ op: "add", path: "/roles/-", value: "customer.user.uc" }];
const charges = { "accept-charges": true };

const listAccounts = (c: Client, query: operations["listAccounts"]["parameters"]["query"] = {}) => c.GET("/v1.0/accounts", { params: { query } });
const getAccount = (c: Client, path = here) => c.GET("/v1.0/accounts/{accountTenantId}", { params: { path } });

const customers = "/v1.0/accounts/{accountTenantId}/customers";
const listAccountCustomers = (c: Client, path = here, query: operations["listAccountCustomers"]["parameters"]["query"] = {}) =>
  c.GET(customers, { params: { path, query } });
const getAccountCustomer = (c: Client, path = here) => c.GET(`${customers}/{customerTenantId}`, { params: { path } });

const users = "/v1.0/accounts/{accountTenantId}/users";
const listAccountUsers = (c: Client, path = here) => c.GET(users, { params: { path } });
const createAccountUser = (c: Client, path = here, user: Schemas["NewUser"] = newcomer()) => c.POST(users, { params: { path }, body: user });
const getAccountUser = (c: Client, path = here) => c.GET(`${users}/{userId}`, { params: { path } });
const patchAccountUser = (c: Client, path = here, patch = rename) =>
  c.PATCH(`${users}/{userId}`, { params: { path, header: charges }, body: patch });
const deleteAccountUser = (c: Client, path = here) => c.DELETE(`${users}/{userId}`, { params: { path } });
const sendAccountUserActivationEmail = (c: Client, path = here) => c.POST(`${users}/{userId}/sendActivationEmail`, { params: { path } });

const team = "/v1.0/accounts/{accountTenantId}/customers/{customerTenantId}/users";
const listAccountCustomerUsers = (c: Client, path = atCustomer) => c.GET(team, { params: { path } });
const createAccountCustomerUser = (c: Client, path = atCustomer, user: Schemas["NewUser"] = newcomer(), header = {}) =>
  c.POST(team, { params: { path, header }, body: user });
const getAccountCustomerUser = (c: Client, path = atCustomer) => c.GET(`${team}/{userId}`, { params: { path } });
const patchAccountCustomerUser = (c: Client, path = atCustomer, patch = rename, header = {}) =>
  c.PATCH(`${team}/{userId}`, { params: { path, header }, body: patch });
const deleteAccountCustomerUser = (c: Client, path = atCustomer) => c.DELETE(`${team}/{userId}`, { params: { path } });
const sendAccountCustomerUserActivationEmail = (c: Client, path = atCustomer) =>
  c.POST(`${team}/{userId}/sendActivationEmail`, { params: { path } });

/** Returns the body of a success, which is in the documented envelope. */
function succeeded<Data extends Schemas["Success"]>(result: Result<Data>): Data {
  const data = body(result);
  assert.equal(data.status, "success");
  assert.match(data.timestamp, timestamp);
  return data;
}

/** Ensures that an error has the documented envelope with this message. */
function refused<A extends Failure>(result: A, message: string, errorCode?: string): A {
  const { timestamp: time, ...error } = result.error as Schemas["Error"];
  assert.match(time, timestamp);
  assert.deepEqual(error, { error: result.response.status, ...(errorCode && { errorCode }), message, status: "error" });
  return result;
}

/** The statuses that every operation declares. A resource of another enterprise is a 404. */
function refusals(call: (c: Client, path?: typeof here) => Promise<Failure>) {
  return {
    400: async () => refused(await call(enterprise, { ...here, accountTenantId: "string" }), "The value 'string' is not valid."),
    401: async () => unauthorized(await call(anonymous)),
    404: async () => {
      refused(await call(enterprise, { ...here, accountTenantId: unknownID }), "Not Found");
      return refused(await call(otherEnterprise), "Not Found");
    },
  };
}

/** The statuses that every operation below a customer declares. */
function customerRefusals(call: (c: Client, path?: typeof here) => Promise<Failure>) {
  return {
    ...refusals(call),
    400: async () => refused(await call(enterprise, { ...here, customerTenantId: "string" }), "The value 'string' is not valid."),
    404: async () => refused(await call(enterprise, { ...here, customerTenantId: unknownID }), "Not Found"),
  };
}

const created = async () => ({ ...here, userId: succeeded(await createAccountUser(enterprise)).data.id });
const createdAtCustomer = async () => ({ ...here, userId: succeeded(await createAccountCustomerUser(enterprise)).data.id });

async function mailsTo(email: string): Promise<string[]> {
  return (await outbox()).filter((mail) => mail.to === email).map((mail) => mail.kind);
}

run<operations>("/api", {
  listAccounts: {
    200: async () => {
      const result = await listAccounts(enterprise, { pageIndex: 1, pageSize: 1 });
      const { page_size, page_index, data } = succeeded(result);
      assert.deepEqual([page_size, page_index, data.map((account) => account.name)], [1, 1, ["Acme South"]]);
      return result;
    },
    401: async () => unauthorized(await listAccounts(anonymous)),
  },
  getAccount: {
    ...refusals(getAccount),
    200: async () => {
      const result = await getAccount(enterprise);
      assert.deepEqual(succeeded(result).data, {
        id: here.accountTenantId, name: "Acme North", description: "The northern branch", enabled: true,
        parentTenantId: "e2000000-0000-4000-8000-000000000001", reference: "ACME-N", dateCreated: "2019-01-01T09:00:00.000",
      });
      return result;
    },
  },
  listAccountCustomers: {
    ...refusals(listAccountCustomers),
    200: async () => {
      const result = await listAccountCustomers(enterprise, here, { filter: "bakery" });
      const { page_size, data } = succeeded(result);
      assert.deepEqual([page_size, data.map((customer) => customer.id)], [1, [here.customerTenantId]]);
      return result;
    },
    400: async () => refused(await listAccountCustomers(enterprise, here, { pageSize: 1001 }), "The value '1001' is not valid."),
  },
  getAccountCustomer: {
    ...customerRefusals(getAccountCustomer),
    200: async () => {
      const result = await getAccountCustomer(enterprise);
      assert.equal(succeeded(result).data.parentTenantId, here.accountTenantId);
      return result;
    },
  },
  listAccountUsers: {
    ...refusals(listAccountUsers),
    200: async () => {
      const result = await listAccountUsers(enterprise);
      const { page_size, data } = succeeded(result);
      assert.equal(page_size, data.length);
      assert.deepEqual(data.find((user) => user.id === wanda), {
        id: wanda, displayName: "Wanda Wells", email: "wanda.wells@acme.example", primaryTenant: "e0000000-0000-4000-8000-000000000003",
      });
      return result;
    },
  },
  createAccountUser: {
    ...refusals(createAccountUser),
    201: async () => {
      const user = newcomer(["user.admin"]);
      const result = await createAccountUser(enterprise, here, user);
      const { data } = succeeded(result);
      assert.deepEqual(data, { ...user, id: data.id, primaryTenant: here.accountTenantId, roles: ["account.user", "user.admin"] });
      const location = await fetch(result.response.headers.get("Location") ?? "", { headers: await bearer("/connect/token", "demo-myreports") });
      assert.deepEqual(((await location.json()) as Schemas["AccountUserResult"]).data, data);
      return result;
    },
    400: async () => refused(await createAccountUser(enterprise, here, { ...newcomer(), displayName: null }), "The DisplayName field is required."),
  },
  getAccountUser: {
    ...refusals(getAccountUser),
    200: async () => {
      const result = await getAccountUser(enterprise);
      assert.deepEqual(succeeded(result).data.roles, ["account.user", "user.admin"]);
      return result;
    },
  },
  patchAccountUser: {
    ...refusals(patchAccountUser),
    200: async () => {
      const path = await created();
      const result = await patchAccountUser(enterprise, path, [...rename, { op: "add", path: "/roles/-", value: "branding.admin" }]);
      succeeded(result);
      const { displayName, roles } = succeeded(await getAccountUser(enterprise, path)).data;
      assert.deepEqual([displayName, roles], ["My New Name", ["account.user", "branding.admin"]]);
      return result;
    },
    400: async () => {
      const message = "The target location specified by path segment 'nickname' was not found.";
      return refused(await patchAccountUser(enterprise, here, [...rename, { op: "replace", path: "/nickname", value: null }]), message);
    },
  },
  deleteAccountUser: {
    ...refusals(deleteAccountUser),
    200: async () => {
      const path = await created();
      const result = await deleteAccountUser(enterprise, path);
      succeeded(result);
      refused(await getAccountUser(enterprise, path), "Not Found");
      return result;
    },
  },
  sendAccountUserActivationEmail: {
    ...refusals(sendAccountUserActivationEmail),
    204: async () => {
      const { email, id } = succeeded(await createAccountUser(enterprise)).data;
      const result = empty(await sendAccountUserActivationEmail(enterprise, { ...here, userId: id }));
      assert.deepEqual(await mailsTo(email), ["activation", "activation"]);
      return result;
    },
    400: async () => {
      const result = await sendAccountUserActivationEmail(enterprise, { ...here, userId: wanda });
      return refused(result, "This is not the primary tenant for this User.", "TenantNotPrimary");
    },
  },
  listAccountCustomerUsers: {
    ...customerRefusals(listAccountCustomerUsers),
    200: async () => {
      const { userId } = await createdAtCustomer();
      const result = await listAccountCustomerUsers(enterprise);
      const { page_size, data } = succeeded(result);
      assert.equal(page_size, data.length);
      assert.equal(data.at(-1)?.id, userId);
      return result;
    },
  },
  createAccountCustomerUser: {
    ...customerRefusals(createAccountCustomerUser),
    201: async () => {
      const user = newcomer(["customer.user.uc"]);
      const result = await createAccountCustomerUser(enterprise, atCustomer, user, charges);
      const { data } = succeeded(result);
      const roles = ["customer.user", "customer.user.uc"];
      assert.deepEqual(data, { ...user, id: data.id, isParent: false, primaryTenant: here.customerTenantId, roles });
      return result;
    },
    402: async () => {
      const user = newcomer(["customer.user.uc"]);
      const result = await createAccountCustomerUser(enterprise, atCustomer, user);
      assert.deepEqual(result.error, user);
      return result;
    },
  },
  getAccountCustomerUser: {
    ...customerRefusals(getAccountCustomerUser),
    200: async () => {
      const result = await getAccountCustomerUser(enterprise);
      assert.deepEqual(succeeded(result).data.email, "xavier.young@bakery.example");
      return result;
    },
  },
  patchAccountCustomerUser: {
    ...customerRefusals(patchAccountCustomerUser),
    200: async () => {
      const path = await createdAtCustomer();
      const result = await patchAccountCustomerUser(enterprise, path, [...rename, ...buy], charges);
      succeeded(result);
      const { displayName, roles } = succeeded(await getAccountCustomerUser(enterprise, path)).data;
      assert.deepEqual([displayName, roles], ["My New Name", ["customer.user", "customer.user.uc"]]);
      return result;
    },
    402: async () => {
      const result = await patchAccountCustomerUser(enterprise, await createdAtCustomer(), buy);
      assert.deepEqual(result.error, buy);
      return result;
    },
  },
  deleteAccountCustomerUser: {
    ...customerRefusals(deleteAccountCustomerUser),
    200: async () => {
      const path = await createdAtCustomer();
      const result = await deleteAccountCustomerUser(enterprise, path);
      succeeded(result);
      refused(await getAccountCustomerUser(enterprise, path), "Not Found");
      return result;
    },
  },
  sendAccountCustomerUserActivationEmail: {
    ...customerRefusals(sendAccountCustomerUserActivationEmail),
    204: async () => {
      const { email, id } = succeeded(await createAccountCustomerUser(enterprise)).data;
      const result = empty(await sendAccountCustomerUserActivationEmail(enterprise, { ...here, userId: id }));
      assert.deepEqual(await mailsTo(email), ["activation", "activation"]);
      return result;
    },
  },
});
