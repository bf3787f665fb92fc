"""msgraph-sdk works with contacts in Exchange's stand-in.

    contacts.py URL TENANT APP SECRET MAILBOX

URL is that of `sandbox exchange`. Each step says what it saw; the first that is not as Graph's documents say ends it with 1.
"""

import asyncio
import sys
from datetime import datetime, timezone

from graph import Conformance
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.contact import Contact
from msgraph.generated.models.contact_folder import ContactFolder
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.physical_address import PhysicalAddress
from msgraph.generated.models.single_value_legacy_extended_property import SingleValueLegacyExtendedProperty
from msgraph.generated.users.item.contact_folders.item.contacts.contacts_request_builder import ContactsRequestBuilder
from msgraph.generated.users.item.contact_folders.item.contacts.delta.delta_request_builder import DeltaRequestBuilder

LINK = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact"
LINK_FILTER = f"singleValueExtendedProperties/any(ep: ep/id eq '{LINK}' and ep/value eq '%s')"
LINK_EXPAND = f"singleValueExtendedProperties($filter=id eq '{LINK}')"


class Contacts(Conformance):
    def items(self, folder):
        return self.user.contact_folders.by_contact_folder_id(folder).contacts

    async def run(self):
        folder = await self.folders()
        await self.one_contact(folder)
        await self.lists(folder)
        await self.delta(folder)
        await self.throttling(folder)
        await self.removal(folder)
        print(f"{self.steps} steps, all as Graph's documents say")

    async def folders(self):
        made = await self.user.contact_folders.post(ContactFolder(display_name="Infor LN"))
        self.saw("a folder is made", made.id and made.display_name == "Infor LN" and made.parent_folder_id)
        await self.refused(
            "a second folder of that name",
            409,
            "ErrorFolderExists",
            self.user.contact_folders.post(ContactFolder(display_name="infor ln")),
        )
        listed = await self.other_spelling.contact_folders.get()
        self.saw("folders are listed, the address in capitals", [folder.id for folder in listed.value] == [made.id])
        renamed = await self.user.contact_folders.by_contact_folder_id(made.id).patch(ContactFolder(display_name="LN"))
        self.saw("a folder is renamed and keeps its id", (renamed.id, renamed.display_name) == (made.id, "LN"))
        return made.id

    async def one_contact(self, folder):
        wanted = Contact(
            display_name="山田 太郎",
            given_name="太郎",
            surname="山田",
            yomi_given_name="タロウ",
            yomi_surname="ヤマダ",
            file_as="山田 太郎",
            company_name="Hokuto",
            job_title="Buyer",
            business_phones=["+81 1", "+81 2"],
            mobile_phone="+81 3",
            email_addresses=[EmailAddress(name="Taro", address="taro@hokuto.example")],
            birthday=datetime(1958, 10, 13, 12, tzinfo=timezone.utc),
            business_address=PhysicalAddress(street="1-1", city="Sapporo", country_or_region="Japan"),
            single_value_extended_properties=[SingleValueLegacyExtendedProperty(id=LINK, value="1300/C1")],
        )
        made = await self.items(folder).post(wanted)
        self.saw("a contact is made", made.id and made.parent_folder_id == folder)
        self.saw("its names", (made.display_name, made.yomi_surname, made.file_as) == ("山田 太郎", "ヤマダ", "山田 太郎"))
        self.saw("its numbers", (made.business_phones, made.mobile_phone) == (["+81 1", "+81 2"], "+81 3"))
        self.saw("its address", made.business_address.city == "Sapporo" and made.email_addresses[0].address == "taro@hokuto.example")
        self.saw("its birthday, a date, whatever its time", made.birthday.date() == wanted.birthday.date())
        self.saw("its extended properties are not echoed", not made.single_value_extended_properties)

        item = self.items(folder).by_contact_id(made.id)
        read = await item.get()
        etag = read.additional_data["@odata.etag"]
        self.saw("it is read with its etag", read.change_key == made.change_key and etag.startswith('W/"'))

        changed = await item.patch(Contact(job_title="Head of Purchasing"), self.if_match(etag))
        self.saw("it is changed under its etag", changed.job_title == "Head of Purchasing" and changed.display_name == "山田 太郎")
        self.saw("its change key is another one", changed.change_key != made.change_key)
        await self.refused(
            "a change under the old etag",
            412,
            "ErrorIrresolvableConflict",
            item.patch(Contact(job_title="Lost"), self.if_match(etag)),
        )
        await self.refused(
            "an id that is none", 400, "ErrorInvalidIdMalformed", self.items(folder).by_contact_id("nonsense").get()
        )

    def query(self, **options):
        parameters = ContactsRequestBuilder.ContactsRequestBuilderGetQueryParameters(**options)
        return RequestConfiguration(query_parameters=parameters)

    async def lists(self, folder):
        for number in range(2, 26):
            link = SingleValueLegacyExtendedProperty(id=LINK, value=f"1300/C{number}")
            await self.items(folder).post(Contact(display_name=f"Contact {number:02}", single_value_extended_properties=[link]))
        found = await self.items(folder).get(self.query(filter=LINK_FILTER % "1300/C7", expand=[LINK_EXPAND]))
        self.saw("a contact is found by our property", [contact.display_name for contact in found.value] == ["Contact 07"])
        self.saw(
            "the property is shown where it is asked for",
            [(ep.id.lower(), ep.value) for ep in found.value[0].single_value_extended_properties] == [(LINK.lower(), "1300/C7")],
        )
        nobody = await self.items(folder).get(self.query(filter=LINK_FILTER % "1300/C99"))
        self.saw("a property that nobody has finds nobody", nobody.value == [])

        page = await self.items(folder).get(self.query(top=10, select=["displayName"]))
        names, pages = [], 0
        while True:
            pages += 1
            names += [contact.display_name for contact in page.value]
            if not page.odata_next_link:
                break
            page = await self.items(folder).with_url(page.odata_next_link).get()
        self.saw("a list comes in pages of the wanted size", pages == 3 and len(names) == len(set(names)) == 25)
        default = await self.items(folder).get()
        self.saw("a page has ten rows where nothing is said", len(default.value) == 10)

    async def delta(self, folder):
        first = await self.items(folder).delta.get()
        rows, pages = [], 1
        while first.odata_next_link:
            rows += first.value
            first = await self.items(folder).delta.with_url(first.odata_next_link).get()
            pages += 1
        rows += first.value
        self.saw("a first delta round lists the folder, page by page", len({row.id for row in rows}) == 25 and pages == 3)

        async def round_of(link):
            return await self.items(folder).delta.with_url(link).get()

        quiet = await round_of(first.odata_delta_link)
        self.saw("a round in which nothing changed is empty", quiet.value == [] and quiet.odata_delta_link)
        changed, gone = rows[3].id, rows[4].id
        await self.items(folder).by_contact_id(changed).patch(Contact(nick_name="Seen"))
        await self.items(folder).by_contact_id(gone).delete()
        news = await round_of(quiet.odata_delta_link)
        seen = {row.id: "@removed" in row.additional_data for row in news.value}
        self.saw("a round tells what changed and what is gone", seen == {changed: False, gone: True})
        again = await round_of(quiet.odata_delta_link)
        self.saw("a link can be followed again", {row.id for row in again.value} == {changed, gone})
        self.control("delta/expire", {})
        await self.refused("a link that Exchange has forgotten", 410, "SyncStateNotFound", round_of(news.odata_delta_link))
        selected = await self.items(folder).delta.get(
            RequestConfiguration(
                query_parameters=DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(select=["displayName"])
            )
        )
        self.saw("a round can select members", all(row.display_name and row.change_key is None for row in selected.value))

    async def throttling(self, folder):
        self.control("faults", {"kind": "status", "status": 429, "retryAfter": 1, "mailbox": self.mailbox, "count": 1})
        listed = await self.items(folder).get()
        self.saw("the client waits as Retry-After says and goes on", len(listed.value) == 10)

    async def removal(self, folder):
        rows = (await self.items(folder).get(self.query(top=50))).value
        for row in rows:
            await self.items(folder).by_contact_id(row.id).delete()
        left = await self.items(folder).get()
        self.saw(f"{len(rows)} contacts are deleted", len(rows) == 24 and left.value == [])
        await self.refused(
            "a deleted contact, where it was", 404, "ErrorItemNotFound", self.items(folder).by_contact_id(rows[0].id).get()
        )
        await self.user.contact_folders.by_contact_folder_id(folder).delete()
        self.saw("a folder is deleted", (await self.user.contact_folders.get()).value == [])


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    asyncio.run(Contacts(*sys.argv[1:]).run())
