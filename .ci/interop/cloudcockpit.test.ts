// Every operation of CloudCockpit, through openapi-fetch, with the types that openapi-typescript generates from the document.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import createClient from "openapi-fetch";

import { type Result, body, empty, run, unauthorized } from "./cases.js";
import { bearer, unknownID, outbox, url } from "./sandbox.js";
import type { components, operations, paths } from "./types/cloudcockpit.js";

type Schemas = components["schemas"];
type Failure = Result<unknown, Schemas["Error"]>;

const as = async (client: string, headers?: Record<string, string>) =>
  createClient<paths>({ baseUrl: url, headers: { ...(await bearer("/directory/oauth2/v2.0/token", client)), ...headers } });
type Client = Awaited<ReturnType<typeof as>>;

const csp = await as("demo-csp");
const otherTenant = await as("fabrikam-csp");
const anonymous = createClient<paths>({ baseUrl: url });
const preferring = (status: number) => as("demo-csp", { Prefer: `code=${status}` });

const correlation = "6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10";
const header = { "X-Tenant": "portal.cloudcockpit.com", "X-Correlation-Id": correlation };
const viewer = { id: "90000000-0000-4000-8000-000000000002", name: "Viewer" };

/** The ids of a call that succeeds. A case for another status replaces one of them. */
const here = {
  customer: "c0000000-0000-4000-8000-000000000001",
  instance: "b0000000-0000-4000-8000-000000000001",
  user: "a0000000-0000-4000-8000-000000000060",
  reseller: "d0000000-0000-4000-8000-000000000001",
  email: "nobody@contoso.example",
};
type Place = typeof here;

// No other case changes this user.
const ada = { ...here, user: "a0000000-0000-4000-8000-000000000001" };

function newcomer(): Schemas["PortalUser"] & { email: string } {
  return { firstName: "Grace", lastName: "Hopper", email: `${randomUUID()}@contoso.example`, role: {}, groups: [viewer] };
}

function update(p: Place, change: Partial<Schemas["CustomerUser"]> = {}): Schemas["CustomerUserUpdate"] {
  const customerUser = {
    id: p.user, displayName: "Ada Lovelace", email: `${p.user.slice(-12)}@contoso.example`, firstName: "Ada", lastName: "Lovelace",
    location: "GB", temporaryPassword: "correct-horse", domain: "contoso.example", ...change,
  };
  return { providerInstanceId: p.instance, customerUser };
}

const listCustomers = (c: Client, query: operations["listCustomers"]["parameters"]["query"] = {}) => c.GET("/v1/Customers", { params: { header, query } });

const getCustomer = (c: Client, p = here, query: operations["getCustomer"]["parameters"]["query"] = {}) =>
  c.GET("/v1/Customers/{customerId}", { params: { header, path: { customerId: p.customer }, query } });

const listResellers = (c: Client, query: operations["listResellers"]["parameters"]["query"] = {}) => c.GET("/v1/Resellers", { params: { header, query } });

const getReseller = (c: Client, p = here) => c.GET("/v1/Resellers/{resellerId}", { params: { header, path: { resellerId: p.reseller } } });

const listProviderInstances = (c: Client, pageSize = 2) => c.GET("/v1/Providers/Instances", { params: { header, query: { pageSize } } });

const listCustomerUsers = (c: Client, p = here, query: Omit<operations["listCustomerUsers"]["parameters"]["query"], "providerInstanceId"> = {}) =>
  c.GET("/v1/Customers/{customerId}/users", {
    params: { header, path: { customerId: p.customer }, query: { providerInstanceId: p.instance, ...query } },
  });

const one = (p: Place) => ({ header, path: { customerId: p.customer, customerUserId: p.user } });

const getCustomerUser = (c: Client, p = here) =>
  c.GET("/v1/Customers/{customerId}/users/{customerUserId}", { params: { ...one(p), query: { providerInstanceId: p.instance } } });

const updateCustomerUser = (c: Client, p = here, change?: Partial<Schemas["CustomerUser"]>) =>
  c.PATCH("/v1/Customers/{customerId}/users/{customerUserId}", { params: one(p), body: update(p, change) });

const resetCustomerUserPassword = (c: Client, p = here, temporaryPassword: string | null = "staple") =>
  c.PATCH("/v1/Customers/{customerId}/users/{customerUserId}/reset-password", { params: one(p), body: update(p, { temporaryPassword }) });

const setCustomerUserLicenses = (c: Client, p = here, licenses: Schemas["License"][] = []) =>
  c.PATCH("/v1/Customers/{customerId}/users/{customerUserId}/licenses", {
    params: one(p), body: { providerInstanceId: p.instance, licenses },
  });

const listCustomerLicenses = (c: Client, p = here) =>
  c.GET("/v1/Customers/{customerId}/licenses", {
    params: { header, path: { customerId: p.customer }, query: { providerInstanceId: p.instance } },
  });

const listPortalUsers = (c: Client, p = here) =>
  c.GET("/v1/customer/{customerId}/users", { params: { header, path: { customerId: p.customer } } });

const createPortalUser = (c: Client, p = here, user = newcomer()) =>
  c.POST("/v1/customer/{customerId}/users", { params: { header, path: { customerId: p.customer } }, body: user });

const createResellerUser = (c: Client, p = here, user = newcomer()) =>
  c.POST("/v1/reseller/{resellerId}/users", { params: { header, path: { resellerId: p.reseller } }, body: user });

const listUsers = (c: Client, query: operations["listUsers"]["parameters"]["query"] = {}) => c.GET("/v1", { params: { header, query } });

const updatePortalUser = (c: Client, p = here, user = newcomer()) =>
  c.PATCH("/v1/users/{email}", { params: { header, path: { email: p.email } }, body: user });

const deletePortalUser = (c: Client, p = here, resellerId = here.reseller) =>
  c.DELETE("/v1/users/{email}", { params: { header, path: { email: p.email }, query: { resellerId } } });

const listGroups = (c: Client, pageSize = 2) => c.GET("/v1/users/groups", { params: { header, query: { pageSize } } });

/** Ensures that an error names these parameters and members, and no others. */
function refused<A extends Failure>(result: A, ...names: string[]): A {
  const { error, response } = result;
  assert.equal(error?.statusCode, response.status);
  assert.equal(error.type, response.status === 400 ? "BadRequest" : "NotFound");
  assert.ok(error.description);
  assert.deepEqual(error.errors?.map((detail) => detail.propertyName), names);
  assert.ok(error.errors?.every((detail) => detail.description?.length));
  assert.equal(error.correlationId, correlation);
  assert.equal(response.headers.get("X-Correlation-Id"), correlation);
  return result;
}

/** The statuses that every operation declares, for a call that would otherwise succeed. */
function refusals(call: (c: Client) => Promise<Failure>) {
  return {
    401: async () => unauthorized(await call(anonymous)),
    403: async () => {
      const result = await call(otherTenant);
      assert.ok(!result.error, JSON.stringify(result.error));
      return result;
    },
    500: async () => {
      const result = await call(await preferring(500));
      assert.equal(result.response.headers.get("Preference-Applied"), "code=500");
      assert.equal(result.error?.statusCode, 500);
      assert.equal(result.error.type, "InternalServerError");
      return result;
    },
  };
}

/** The statuses that every operation below a customer declares. */
function customerRefusals(call: (c: Client, p?: Place) => Promise<Failure>) {
  return {
    ...refusals(call),
    400: async () => refused(await call(csp, { ...here, customer: "string" }), "customerId"),
    404: async () => refused(await call(csp, { ...here, customer: unknownID }), "customerId"),
  };
}

/** Creates a portal user. */
async function created(): Promise<Place> {
  const user = newcomer();
  return { ...here, email: user.email, user: body(await createPortalUser(csp, here, user)) };
}

/** Finds a portal user by its e-mail in the list of all. */
async function found(email: string): Promise<Schemas["PortalUser"] | undefined> {
  return body(await listUsers(csp, { searchValue: email })).items?.[0];
}

run<operations>("/v1", {
  listCustomers: {
    ...refusals(listCustomers),
    200: async () => {
      const result = await listCustomers(csp, { searchValue: "north", searchField: "Domain", ascendingOrder: true, includeDeleted: false });
      const { items, totalCount } = body(result);
      assert.deepEqual([items?.map((customer) => customer.companyName), totalCount], [["Northwind"], 1]);
      const [provider] = Object.values(items?.[0]?.providerCustomers ?? {});
      assert.equal(provider?.providerInstanceId, "b0000000-0000-4000-8000-000000000003");
      return result;
    },
    400: async () => refused(await listCustomers(csp, { searchField: "Domain" }), "searchValue"),
  },
  getCustomer: {
    ...customerRefusals(getCustomer),
    200: async () => {
      const result = await getCustomer(csp);
      assert.deepEqual([body(result).companyName, body(result).resellerId], ["Contoso", null]);
      return result;
    },
    403: async () => {
      const result = await getCustomer(csp, here, { resellerId: here.reseller });
      assert.ok(!result.error, JSON.stringify(result.error));
      return result;
    },
  },
  listResellers: {
    ...refusals(listResellers),
    200: async () => {
      const result = await listResellers(csp, { searchValue: "1234567", searchField: "MpnId" });
      assert.deepEqual(body(result).items?.map((reseller) => reseller.id), [here.reseller]);
      return result;
    },
    400: async () => refused(await listResellers(csp, { customerId: here.customer }), "providerInstanceId"),
  },
  getReseller: {
    ...refusals(getReseller),
    200: async () => {
      const result = await getReseller(csp);
      assert.equal(body(result).companyName, "Alpine Resellers");
      return result;
    },
    400: async () => refused(await getReseller(csp, { ...here, reseller: "string" }), "resellerId"),
    404: async () => refused(await getReseller(csp, { ...here, reseller: unknownID }), "resellerId"),
  },
  listProviderInstances: {
    ...refusals(listProviderInstances),
    200: async () => {
      const result = await listProviderInstances(csp);
      const { items, totalCount, hasNextPage } = body(result);
      assert.deepEqual([items?.map((instance) => instance.provider?.name), totalCount, hasNextPage], [["Generic", "Microsoft"], 3, true]);
      return result;
    },
    400: async () => refused(await listProviderInstances(csp, 0), "pageSize"),
  },
  listCustomerUsers: {
    ...refusals(listCustomerUsers),
    200: async () => {
      const result = await listCustomerUsers(csp, here, { pageNumber: 2, pageSize: 25, sortPropertyName: "UserPrincipalName", ascendingOrder: false, seekOperation: "Last" });
      const { items, ...page } = body(result);
      assert.deepEqual(page, {
        paginationParameters: { pageNumber: 3, pageSize: 25 }, totalPages: 3, totalCount: 60,
        hasPreviousPage: true, hasNextPage: false, continuationToken: null,
      });
      assert.equal(items?.length, 10);
      assert.deepEqual(items.at(-1), {
        id: ada.user, displayName: "Ada Abbott", email: "ada.abbott@contoso.example", firstName: "Ada", lastName: "Abbott",
        location: "US", temporaryPassword: null, domain: "contoso.example",
      });
      return result;
    },
    400: async () => {
      const bad = { pageSize: 2001, seekOperation: "next" as "Next" };
      return refused(await listCustomerUsers(csp, { ...here, instance: "string" }, bad), "pageSize", "providerInstanceId", "seekOperation");
    },
  },
  getCustomerUser: {
    ...customerRefusals(getCustomerUser),
    200: async () => {
      const result = await getCustomerUser(csp, ada);
      assert.equal(body(result).email, "ada.abbott@contoso.example");
      return result;
    },
    404: async () => refused(await getCustomerUser(csp, { ...here, user: unknownID }), "customerUserId"),
  },
  updateCustomerUser: {
    ...customerRefusals(updateCustomerUser),
    200: async () => {
      const place = { ...here, user: "a0000000-0000-4000-8000-000000000059" };
      const result = empty(await updateCustomerUser(csp, place, { firstName: null }));
      const want = { ...update(place).customerUser, firstName: null, temporaryPassword: null };
      assert.deepEqual(body(await getCustomerUser(csp, place)), want);
      return result;
    },
    400: async () => refused(await updateCustomerUser(csp, here, { displayName: null, location: " " }), "customerUser.displayName", "customerUser.location"),
  },
  resetCustomerUserPassword: {
    ...customerRefusals(resetCustomerUserPassword),
    200: async () => {
      const result = empty(await resetCustomerUserPassword(csp, ada));
      assert.equal(body(await getCustomerUser(csp, ada)).temporaryPassword, null);
      assert.ok((await outbox()).some((mail) => mail.kind === "password" && mail.to === "ada.abbott@contoso.example"));
      return result;
    },
    400: async () => refused(await resetCustomerUserPassword(csp, here, null), "customerUser.temporaryPassword"),
  },
  setCustomerUserLicenses: {
    ...customerRefusals(setCustomerUserLicenses),
    200: async () => {
      empty(await setCustomerUserLicenses(csp));
      const before = body(await listCustomerLicenses(csp));
      const result = empty(await setCustomerUserLicenses(csp, here, before.map((license) => ({ ...license, isSelected: true }))));
      const after = body(await listCustomerLicenses(csp));
      assert.deepEqual(after.map((license) => license.consumedLicenses), before.map((license) => (license.consumedLicenses ?? 0) + 1));
      return result;
    },
    400: async () => refused(await setCustomerUserLicenses(csp, here, [{ skuId: "string", isSelected: true }]), "licenses[0].skuId"),
  },
  listCustomerLicenses: {
    ...customerRefusals(listCustomerLicenses),
    200: async () => {
      const result = await listCustomerLicenses(csp);
      assert.deepEqual(body(result).map((license) => license.name), ["Office 365 E3", "Microsoft 365 Business Premium", "Power BI (free)"]);
      return result;
    },
  },
  listPortalUsers: {
    ...customerRefusals(listPortalUsers),
    200: async () => {
      const { email, user } = await created();
      const result = await listPortalUsers(csp);
      const want = { id: user, firstName: "Grace", lastName: "Hopper", email, role: { name: "customer" }, groups: [viewer] };
      assert.deepEqual(body(result).find((listed) => listed.id === user), want);
      return result;
    },
  },
  createPortalUser: {
    ...customerRefusals(createPortalUser),
    // The pages list this status beside 201. The sandbox responds with it only if the request prefers it.
    200: async () => {
      const result = await createPortalUser(await preferring(200));
      assert.match(body(result), /^[0-9a-f-]{36}$/);
      return result;
    },
    201: async () => {
      const user = newcomer();
      const result = await createPortalUser(csp, here, user);
      assert.equal((await found(user.email))?.id, body(result));
      return result;
    },
    400: async () => refused(await createPortalUser(csp, here, { ...newcomer(), groups: [viewer, { id: unknownID }] }), "groups[1].id"),
  },
  createResellerUser: {
    ...refusals(createResellerUser),
    200: async () => {
      const result = await createResellerUser(await preferring(200));
      assert.match(body(result), /^[0-9a-f-]{36}$/);
      return result;
    },
    201: async () => {
      const user = newcomer();
      const result = await createResellerUser(csp, here, user);
      assert.deepEqual(await found(user.email), { ...user, id: body(result), role: { name: "reseller" } });
      return result;
    },
    400: async () => refused(await createResellerUser(csp, { ...here, reseller: unknownID }), "resellerId"),
  },
  listUsers: {
    ...refusals(listUsers),
    200: async () => {
      const { email, user } = await created();
      const result = await listUsers(csp, { searchValue: email.toUpperCase(), groups: `${unknownID}|${viewer.id}`, sortPropertyName: "Email" });
      assert.equal(body(result).totalCount, 1);
      assert.equal(body(result).items?.[0]?.id, user);
      return result;
    },
    400: async () => refused(await listUsers(csp, { pageNumber: 0, resellerId: unknownID }), "pageNumber"),
  },
  updatePortalUser: {
    ...refusals(updatePortalUser),
    204: async () => {
      const place = await created();
      const result = empty(await updatePortalUser(csp, place, { ...newcomer(), email: place.email, lastName: "Murray" }));
      assert.equal((await found(place.email))?.lastName, "Murray");
      return result;
    },
    400: async () => refused(await updatePortalUser(csp, await created(), { ...newcomer(), groups: null }), "groups"),
    404: async () => refused(await updatePortalUser(csp), "email"),
  },
  deletePortalUser: {
    ...refusals(deletePortalUser),
    204: async () => {
      const user = newcomer();
      body(await createResellerUser(csp, here, user));
      const result = empty(await deletePortalUser(csp, { ...here, email: user.email }));
      assert.equal(await found(user.email), undefined);
      return result;
    },
    400: async () => refused(await deletePortalUser(csp, here, unknownID), "resellerId"),
    404: async () => refused(await deletePortalUser(csp, await created()), "email"), // the user is not one of the reseller's
  },
  listGroups: {
    ...refusals(listGroups),
    200: async () => {
      const result = await listGroups(csp);
      const { items, totalCount, hasNextPage } = body(result);
      assert.deepEqual([items?.map((group) => group.name), totalCount, hasNextPage], [["Administrator", "Alert Manager"], 3, true]);
      return result;
    },
    400: async () => refused(await listGroups(csp, 0), "pageSize"),
  },
});
