"""msgraph-sdk works with calendars and events in Exchange's stand-in.

    events.py URL TENANT APP SECRET MAILBOX ATTENDEE

URL is that of `sandbox exchange`; the attendee has a mailbox there too. Each step says what it saw; the first that is not as Graph's
documents say ends it with 1.
"""

import asyncio
import sys
from datetime import date

from graph import Conformance
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.day_of_week import DayOfWeek
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.event_type import EventType
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.location import Location
from msgraph.generated.models.patterned_recurrence import PatternedRecurrence
from msgraph.generated.models.recurrence_pattern import RecurrencePattern
from msgraph.generated.models.recurrence_pattern_type import RecurrencePatternType
from msgraph.generated.models.recurrence_range import RecurrenceRange
from msgraph.generated.models.recurrence_range_type import RecurrenceRangeType
from msgraph.generated.models.response_type import ResponseType
from msgraph.generated.models.sensitivity import Sensitivity
from msgraph.generated.models.single_value_legacy_extended_property import SingleValueLegacyExtendedProperty
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.accept.accept_post_request_body import AcceptPostRequestBody
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import CancelPostRequestBody

LINK = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"
LINK_FILTER = f"singleValueExtendedProperties/Any(ep: ep/id eq '{LINK}' and ep/value eq '%s')"
LINK_EXPAND = f"singleValueExtendedProperties($filter=id eq '{LINK}')"
ZONE = "W. Europe Standard Time"
START, END = "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"


def at(time):
    return DateTimeTimeZone(date_time=time, time_zone=ZONE)


def visit(day=1, **more):
    return Event(subject="Visit", start=at(f"2026-12-{day:02}T09:00:00"), end=at(f"2026-12-{day:02}T10:00:00"), **more)


class Events(Conformance):
    def __init__(self, url, tenant, app, secret, mailbox, attendee):
        super().__init__(url, tenant, app, secret, mailbox)
        self.attendee = attendee
        self.other = GraphServiceClient(request_adapter=self.user.request_adapter).users.by_user_id(attendee)

    def event(self, id):
        return self.user.events.by_event_id(id)

    def invited(self):
        return [Attendee(email_address=EmailAddress(address=self.attendee, name="A. Tendee"), type=AttendeeType.Required)]

    def mails(self):
        return [(mail["kind"], mail["app"]) for mail in self.control("outbox", method="GET")["mails"]]

    async def run(self):
        await self.calendars()
        await self.one_event()
        await self.lists()
        await self.meeting()
        await self.delta()
        await self.series()
        print(f"{self.steps} steps, all as Graph's documents say")

    async def calendars(self):
        main = await self.user.calendar.get()
        listed = await self.user.calendars.get()
        self.saw("the default calendar is one of the calendars", main.id in [calendar.id for calendar in listed.value])
        zones = await self.user.outlook.supported_time_zones.get()
        self.saw("the zones of the mailbox are told", ZONE in [zone.alias for zone in zones.value])

    async def one_event(self):
        wanted = visit(
            body=ItemBody(content_type=BodyType.Text, content="One\ntwo & three"),
            location=Location(display_name="HQ"),
            show_as=FreeBusyStatus.Oof,
            sensitivity=Sensitivity.Private,
            categories=["Infor LN"],
            reminder_minutes_before_start=30,
            transaction_id="conformance-1",
            single_value_extended_properties=[SingleValueLegacyExtendedProperty(id=LINK, value="ACT1")],
        )
        made = await self.user.events.post(wanted)
        self.saw("an event is made", made.id and made.i_cal_u_id and made.type == EventType.SingleInstance)
        self.saw("its start, in UTC", (made.start.date_time, made.start.time_zone) == ("2026-12-01T08:00:00.0000000", "UTC"))
        self.saw("its kind", (made.show_as, made.sensitivity) == (FreeBusyStatus.Oof, Sensitivity.Private))
        self.saw("its place", made.location.display_name == "HQ" and made.locations[0].display_name == "HQ")
        self.saw("its body, rewritten to HTML", made.body.content_type == BodyType.Html and "two &amp; three" in made.body.content)
        self.saw("its extended properties are not echoed", not made.single_value_extended_properties)

        preferring = RequestConfiguration()
        preferring.headers.add("Prefer", f'outlook.timezone="{ZONE}"')
        preferring.headers.add("Prefer", 'outlook.body-content-type="text"')
        read = await self.event(made.id).get(preferring)
        etag = read.additional_data["@odata.etag"]
        self.saw("it is read in another zone", (read.start.date_time, read.start.time_zone) == ("2026-12-01T09:00:00.0000000", ZONE))
        self.saw("and in text", read.body.content_type == BodyType.Text and read.body.content == "One\r\ntwo & three\r\n")
        changed = await self.event(made.id).patch(Event(subject="Visit 2"), self.if_match(etag))
        self.saw("it is changed under its etag", changed.subject == "Visit 2" and changed.location.display_name == "HQ")
        await self.refused(
            "a change under the old etag",
            412,
            "ErrorIrresolvableConflict",
            self.event(made.id).patch(Event(subject="Lost"), self.if_match(etag)),
        )
        await self.refused("a used transaction id", 400, "ErrorDuplicateTransactionId", self.user.events.post(wanted))
        await self.refused(
            "an unknown zone",
            400,
            "TimeZoneNotSupportedException",
            self.event(made.id).patch(Event(start=DateTimeTimeZone(date_time="2026-12-01T09:00:00", time_zone="Mars"))),
        )
        day = Event(
            subject="Day",
            is_all_day=True,
            start=at("2026-12-24T00:00:00"),
            end=at("2026-12-25T00:00:00"),
        )
        whole = await self.user.events.post(day)
        self.saw("an all-day event is a day", (whole.start.date_time, whole.start.time_zone) == ("2026-12-24T00:00:00.0000000", "UTC"))
        day.end = at("2026-12-24T12:00:00")
        await self.refused("one that ends at noon", 400, "ErrorPropertyValidationFailure", self.user.events.post(day))
        await self.event(whole.id).delete()
        await self.refused("a deleted event", 404, "ErrorItemNotFound", self.event(whole.id).get())
        self.saw("nobody got a mail", self.mails() == [])

    def query(self, **options):
        return RequestConfiguration(query_parameters=EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(**options))

    def window(self, **options):
        parameters = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
            start_date_time=START, end_date_time=END, **options
        )
        return RequestConfiguration(query_parameters=parameters)

    async def lists(self):
        for number in range(2, 26):
            link = SingleValueLegacyExtendedProperty(id=LINK, value=f"ACT{number}")
            await self.user.events.post(visit(number, single_value_extended_properties=[link]))
        found = await self.user.events.get(self.query(filter=LINK_FILTER % "ACT7", expand=[LINK_EXPAND]))
        self.saw("an event is found by our property", len(found.value) == 1)
        shown = [(ep.id.lower(), ep.value) for ep in found.value[0].single_value_extended_properties]
        self.saw("which is shown where it is asked for", shown == [(LINK.lower(), "ACT7")])
        same = await self.user.events.get(self.query(filter=f"iCalUId eq '{found.value[0].i_cal_u_id}'"))
        self.saw("an event is found by its iCalUId", [event.id for event in same.value] == [found.value[0].id])
        page = await self.user.calendar_view.get(self.window(top=10, select=["subject", "start"], orderby=["start/dateTime desc"]))
        rows, pages = [], 0
        while True:
            pages += 1
            rows += page.value
            if not page.odata_next_link:
                break
            page = await self.user.calendar_view.with_url(page.odata_next_link).get()
        self.saw("a calendar view comes in pages", (len(rows), pages) == (25, 3) and rows[0].start.date_time > rows[1].start.date_time)

    async def meeting(self):
        made = await self.user.events.post(visit(28, attendees=self.invited()))
        self.saw("a meeting's attendee is invited", self.mails() == [("invitation", "app")])
        copies = await self.other.events.get(self.query(filter=f"iCalUId eq '{made.i_cal_u_id}'"))
        copy = copies.value[0]
        self.saw("he has a copy", copy.is_organizer is False and copy.organizer.email_address.address.lower() == self.mailbox)
        await self.other.events.by_event_id(copy.id).accept.post(AcceptPostRequestBody(comment="Yes", send_response=True))
        status = (await self.event(made.id).get()).attendees[0].status
        self.saw("his answer reaches the organizer", status.response == ResponseType.Accepted)
        await self.refused(
            "the organizer's own answer",
            400,
            "ErrorInvalidRequest",
            self.event(made.id).accept.post(AcceptPostRequestBody(send_response=True)),
        )
        await self.event(made.id).patch(Event(subject="Visit, later"))
        self.saw("a change reaches the copy", (await self.other.events.by_event_id(copy.id).get()).subject == "Visit, later")
        await self.refused(
            "an attendee's cancellation",
            400,
            "ErrorInvalidRequest",
            self.other.events.by_event_id(copy.id).cancel.post(CancelPostRequestBody(comment="No")),
        )
        await self.event(made.id).cancel.post(CancelPostRequestBody(comment="Sorry"))
        self.saw("a cancelled meeting's copy is cancelled", (await self.other.events.by_event_id(copy.id).get()).is_cancelled)
        kinds = [kind for kind, _ in self.mails()]
        self.saw("each of it was one mail", kinds == ["invitation", "response", "update", "cancellation"])

    async def delta(self):
        parameters = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(start_date_time=START, end_date_time=END)
        page = await self.user.calendar_view.delta.get(RequestConfiguration(query_parameters=parameters))
        rows, pages = [], 1
        while page.odata_next_link:
            rows += page.value
            page = await self.user.calendar_view.delta.with_url(page.odata_next_link).get()
            pages += 1
        rows += page.value
        self.saw("a first delta round lists the window, page by page", len({row.id for row in rows}) == 25 and pages == 3)

        async def round_of(link):
            return await self.user.calendar_view.delta.with_url(link).get()

        quiet = await round_of(page.odata_delta_link)
        self.saw("a round in which nothing changed is empty", quiet.value == [] and quiet.odata_delta_link)
        changed, gone, moved = rows[3].id, rows[4].id, rows[5].id
        await self.event(changed).patch(Event(subject="Seen"))
        await self.event(gone).delete()
        await self.event(moved).patch(Event(start=at("2027-05-01T09:00:00"), end=at("2027-05-01T10:00:00")))
        news = await round_of(quiet.odata_delta_link)
        seen = {row.id: "@removed" in row.additional_data for row in news.value}
        self.saw("a round tells what changed, what is gone, and what left", seen == {changed: False, gone: True, moved: True})
        self.saw("what left is still there", (await self.event(moved).get()).id == moved)
        self.control("delta/expire", {})
        await self.refused("a link that Exchange has forgotten", 410, "SyncStateNotFound", round_of(news.odata_delta_link))

    async def series(self):
        pattern = RecurrencePattern(type=RecurrencePatternType.Weekly, interval=1, days_of_week=[DayOfWeek.Tuesday])
        range = RecurrenceRange(type=RecurrenceRangeType.EndDate, start_date=date(2027, 6, 1), end_date=date(2027, 6, 30))
        weekly = Event(
            subject="Weekly",
            start=at("2027-06-01T09:00:00"),
            end=at("2027-06-01T10:00:00"),
            recurrence=PatternedRecurrence(pattern=pattern, range=range),
        )
        made = await self.user.events.post(weekly)
        self.saw("a series is made", made.type == EventType.SeriesMaster and made.recurrence.pattern.days_of_week == [DayOfWeek.Tuesday])
        parameters = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(
            start_date_time="2027-06-01T00:00:00Z", end_date_time="2027-07-01T00:00:00Z"
        )
        page = await self.user.calendar_view.delta.get(RequestConfiguration(query_parameters=parameters))
        occurrences = [row for row in page.value if row.type == EventType.Occurrence]
        self.saw("delta tells of its occurrences in short", len(occurrences) == 5 and all(row.subject is None for row in occurrences))
        other = await self.event(occurrences[1].id).patch(Event(subject="Special"))
        self.saw("an occurrence is changed on its own", other.type == EventType.Exception and other.series_master_id == made.id)


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    asyncio.run(Events(*sys.argv[1:]).run())
