// Every operation of CloudCockpit, through openapi-fetch, with the types that openapi-typescript makes of the document.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import createClient from "openapi-fetch";

import { type Answer, body, empty, run, unauthorized } from "./cases.js";
import { bearer, nowhere, outbox, url } from "./sandbox.js";
import type { components, operations, paths } from "./types/cloudcockpit.js";

type Schemas = components["schemas"];
type Failure = Answer<unknown, Schemas["Error"]>;

const as = async (client: string, headers?: Record<string, string>) =>
  createClient<paths>({ baseUrl: url, headers: { ...(await bearer("/directory/oauth2/v2.0/token", client)), ...headers } });
type Client = Awaited<ReturnType<typeof as>>;

const csp = await as("demo-csp");
const stranger = await as("fabrikam-csp");
const nobody = createClient<paths>({ baseUrl: url });
const preferring = (status: number) => as("demo-csp", { Prefer: `code=${status}` });

const correlation = "6f1f4a52-8f0e-4d58-9d3f-0d2b6c1c7a10";
const header = { "X-Tenant": "portal.cloudcockpit.com", "X-Correlation-Id": correlation };
const viewer = { id: "90000000-0000-4000-8000-000000000002", name: "Viewer" };

/** What a call is about, and its places that a case puts something else in. */
const here = {
  customer: "c0000000-0000-4000-8000-000000000001",
  instance: "b0000000-0000-4000-8000-000000000001",
  user: "a0000000-0000-4000-8000-000000000060",
  reseller: "d0000000-0000-4000-8000-000000000001",
  email: "nobody@contoso.example",
};
type Place = typeof here;

// The user of these calls is one that nothing else changes.
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
function refused<A extends Failure>(answer: A, ...names: string[]): A {
  const { error, response } = answer;
  assert.equal(error?.statusCode, response.status);
  assert.equal(error.type, response.status === 400 ? "BadRequest" : "NotFound");
  assert.ok(error.description);
  assert.deepEqual(error.errors?.map((detail) => detail.propertyName), names);
  assert.ok(error.errors?.every((detail) => detail.description?.length));
  assert.equal(error.correlationId, correlation);
  assert.equal(response.headers.get("X-Correlation-Id"), correlation);
  return answer;
}

/** The statuses that every operation declares, got with a call that would succeed. */
function refusals(call: (c: Client) => Promise<Failure>) {
  return {
    401: async () => unauthorized(await call(nobody)),
    403: async () => {
      const answer = await call(stranger);
      assert.ok(!answer.error, JSON.stringify(answer.error));
      return answer;
    },
    500: async () => {
      const answer = await call(await preferring(500));
      assert.equal(answer.response.headers.get("Preference-Applied"), "code=500");
      assert.equal(answer.error?.statusCode, 500);
      assert.equal(answer.error.type, "InternalServerError");
      return answer;
    },
  };
}

/** The refusals of an operation below a customer. */
function customerRefusals(call: (c: Client, p?: Place) => Promise<Failure>) {
  return {
    ...refusals(call),
    400: async () => refused(await call(csp, { ...here, customer: "string" }), "customerId"),
    404: async () => refused(await call(csp, { ...here, customer: nowhere }), "customerId"),
  };
}

/** A portal user that was created. */
async function created(): Promise<Place> {
  const user = newcomer();
  return { ...here, email: user.email, user: body(await createPortalUser(csp, here, user)) };
}

/** The portal user with an e-mail, as the list of all has it. */
async function found(email: string): Promise<Schemas["PortalUser"] | undefined> {
  return body(await listUsers(csp, { searchValue: email })).items?.[0];
}

run<operations>("/v1", {
  listCustomerUsers: {
    ...refusals(listCustomerUsers),
    200: async () => {
      const answer = await listCustomerUsers(csp, here, { pageNumber: 2, pageSize: 25, sortPropertyName: "UserPrincipalName", ascendingOrder: false, seekOperation: "Last" });
      const { items, ...page } = body(answer);
      assert.deepEqual(page, {
        paginationParameters: { pageNumber: 3, pageSize: 25 }, totalPages: 3, totalCount: 60,
        hasPreviousPage: true, hasNextPage: false, continuationToken: null,
      });
      assert.equal(items?.length, 10);
      assert.deepEqual(items.at(-1), {
        id: ada.user, displayName: "Ada Abbott", email: "ada.abbott@contoso.example", firstName: "Ada", lastName: "Abbott",
        location: "US", temporaryPassword: null, domain: "contoso.example",
      });
      return answer;
    },
    400: async () => {
      const bad = { pageSize: 2001, seekOperation: "next" as "Next" };
      return refused(await listCustomerUsers(csp, { ...here, instance: "string" }, bad), "pageSize", "providerInstanceId", "seekOperation");
    },
  },
  getCustomerUser: {
    ...customerRefusals(getCustomerUser),
    200: async () => {
      const answer = await getCustomerUser(csp, ada);
      assert.equal(body(answer).email, "ada.abbott@contoso.example");
      return answer;
    },
    404: async () => refused(await getCustomerUser(csp, { ...here, user: nowhere }), "customerUserId"),
  },
  updateCustomerUser: {
    ...customerRefusals(updateCustomerUser),
    200: async () => {
      const place = { ...here, user: "a0000000-0000-4000-8000-000000000059" };
      const answer = empty(await updateCustomerUser(csp, place, { firstName: null }));
      const want = { ...update(place).customerUser, firstName: null, temporaryPassword: null };
      assert.deepEqual(body(await getCustomerUser(csp, place)), want);
      return answer;
    },
    400: async () => refused(await updateCustomerUser(csp, here, { displayName: null, location: " " }), "customerUser.displayName", "customerUser.location"),
  },
  resetCustomerUserPassword: {
    ...customerRefusals(resetCustomerUserPassword),
    200: async () => {
      const answer = empty(await resetCustomerUserPassword(csp, ada));
      assert.equal(body(await getCustomerUser(csp, ada)).temporaryPassword, null);
      assert.ok((await outbox()).some((mail) => mail.kind === "password" && mail.to === "ada.abbott@contoso.example"));
      return answer;
    },
    400: async () => refused(await resetCustomerUserPassword(csp, here, null), "customerUser.temporaryPassword"),
  },
  setCustomerUserLicenses: {
    ...customerRefusals(setCustomerUserLicenses),
    200: async () => {
      empty(await setCustomerUserLicenses(csp));
      const before = body(await listCustomerLicenses(csp));
      const answer = empty(await setCustomerUserLicenses(csp, here, before.map((license) => ({ ...license, isSelected: true }))));
      const after = body(await listCustomerLicenses(csp));
      assert.deepEqual(after.map((license) => license.consumedLicenses), before.map((license) => (license.consumedLicenses ?? 0) + 1));
      return answer;
    },
    400: async () => refused(await setCustomerUserLicenses(csp, here, [{ skuId: "string", isSelected: true }]), "licenses[0].skuId"),
  },
  listCustomerLicenses: {
    ...customerRefusals(listCustomerLicenses),
    200: async () => {
      const answer = await listCustomerLicenses(csp);
      assert.deepEqual(body(answer).map((license) => license.name), ["Office 365 E3", "Microsoft 365 Business Premium", "Power BI (free)"]);
      return answer;
    },
  },
  listPortalUsers: {
    ...customerRefusals(listPortalUsers),
    200: async () => {
      const { email, user } = await created();
      const answer = await listPortalUsers(csp);
      const want = { id: user, firstName: "Grace", lastName: "Hopper", email, role: { name: "customer" }, groups: [viewer] };
      assert.deepEqual(body(answer).find((listed) => listed.id === user), want);
      return answer;
    },
  },
  createPortalUser: {
    ...customerRefusals(createPortalUser),
    // The pages list it beside 201; the sandbox gives it on demand only.
    200: async () => {
      const answer = await createPortalUser(await preferring(200));
      assert.match(body(answer), /^[0-9a-f-]{36}$/);
      return answer;
    },
    201: async () => {
      const user = newcomer();
      const answer = await createPortalUser(csp, here, user);
      assert.equal((await found(user.email))?.id, body(answer));
      return answer;
    },
    400: async () => refused(await createPortalUser(csp, here, { ...newcomer(), groups: [viewer, { id: nowhere }] }), "groups[1].id"),
  },
  createResellerUser: {
    ...refusals(createResellerUser),
    200: async () => {
      const answer = await createResellerUser(await preferring(200));
      assert.match(body(answer), /^[0-9a-f-]{36}$/);
      return answer;
    },
    201: async () => {
      const user = newcomer();
      const answer = await createResellerUser(csp, here, user);
      assert.deepEqual(await found(user.email), { ...user, id: body(answer), role: { name: "reseller" } });
      return answer;
    },
    400: async () => refused(await createResellerUser(csp, { ...here, reseller: nowhere }), "resellerId"),
  },
  listUsers: {
    ...refusals(listUsers),
    200: async () => {
      const { email, user } = await created();
      const answer = await listUsers(csp, { searchValue: email.toUpperCase(), groups: `${nowhere}|${viewer.id}`, sortPropertyName: "Email" });
      assert.equal(body(answer).totalCount, 1);
      assert.equal(body(answer).items?.[0]?.id, user);
      return answer;
    },
    400: async () => refused(await listUsers(csp, { pageNumber: 0, resellerId: nowhere }), "pageNumber"),
  },
  updatePortalUser: {
    ...refusals(updatePortalUser),
    204: async () => {
      const place = await created();
      const answer = empty(await updatePortalUser(csp, place, { ...newcomer(), email: place.email, lastName: "Murray" }));
      assert.equal((await found(place.email))?.lastName, "Murray");
      return answer;
    },
    400: async () => refused(await updatePortalUser(csp, await created(), { ...newcomer(), groups: null }), "groups"),
    404: async () => refused(await updatePortalUser(csp), "email"),
  },
  deletePortalUser: {
    ...refusals(deletePortalUser),
    204: async () => {
      const user = newcomer();
      body(await createResellerUser(csp, here, user));
      const answer = empty(await deletePortalUser(csp, { ...here, email: user.email }));
      assert.equal(await found(user.email), undefined);
      return answer;
    },
    400: async () => refused(await deletePortalUser(csp, here, nowhere), "resellerId"),
    404: async () => refused(await deletePortalUser(csp, await created()), "email"), // it is not the reseller's
  },
  listGroups: {
    ...refusals(listGroups),
    200: async () => {
      const answer = await listGroups(csp);
      const { items, totalCount, hasNextPage } = body(answer);
      assert.deepEqual([items?.map((group) => group.name), totalCount, hasNextPage], [["Administrator", "Alert Manager"], 3, true]);
      return answer;
    },
    400: async () => refused(await listGroups(csp, 0), "pageSize"),
  },
});
