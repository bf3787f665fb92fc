"""What scripts/check_calendars.py finds of meetings that are in step, and of the same with one thing broken; run by CheckInStepTests."""
import datetime
import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))
import check_calendars

DAY = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)
ANNA, BEN, CUSTOMER = "anna@shop.example", "ben@shop.example", "rosa@customer.example"


def wire(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S")


def activity(code, subject, organizer="E-anna", **changes):
    row = {
        "Activity": code, "Type": "Appointment", "Synchronize": "Yes", "Status": "Planned", "CreatedInInforLN": "Yes", "ExchangeId": "",
        "StartDate": wire(DAY) + "Z", "EndDate": wire(DAY + datetime.timedelta(hours=1)) + "Z", "AllDay": "No", "Subject": subject,
        "Location": "", "ShowTimeAs": "Busy", "Sensitivity": "Normal", "Reminder": "No", "ReminderMinutes": 0, "Information": "",
        "AttendeeRefs": [{"Attendance": "MeetingOrganizer", "Attendee": organizer, "Email": ANNA}]}
    return row | changes


def event(uid, subject, **changes):
    item = {
        "iCalUId": uid, "type": "singleInstance", "isOrganizer": True, "isCancelled": False, "isAllDay": False, "subject": subject,
        "start": {"dateTime": wire(DAY)}, "end": {"dateTime": wire(DAY + datetime.timedelta(hours=1))}, "location": {"displayName": ""},
        "showAs": "busy", "sensitivity": "normal", "isReminderOn": False, "reminderMinutesBeforeStart": 0, "body": {"content": ""},
        "attendees": [], "organizer": {"emailAddress": {"address": ANNA}}}
    return item | changes


def named(code):
    return [{"id": check_calendars.LINK, "value": f"1300/{code}"}]


class LN:
    company = 1300

    def __init__(self, activities):
        self.activities = activities

    def rows(self, name, key, company=None, expand=None):
        if name == "Employees":
            return [{"Employee": f"E-{user}", "User": user, "Email": f"{user}@shop.example"} for user in ("anna", "ben")]
        return self.activities


class Graph:
    def __init__(self, calendars):
        self.calendars = calendars

    def all(self, path, query):
        return self.calendars.get(next(m for m in (ANNA, BEN) if m.split("@")[0] in path), [])


def found(activities, calendars):
    return check_calendars.check(LN(activities), Graph(calendars), {"anna": ANNA, "ben": BEN}, [])[1]


def customers_meeting():
    """A customer's, of which both have copies, the higher-coded one with another reminder."""
    shown = {
        "isOrganizer": False, "organizer": {"emailAddress": {"address": CUSTOMER}},
        "attendees": [{"emailAddress": {"address": a}} for a in (ANNA, BEN)]}
    row = activity("ACT3", "Review", CreatedInInforLN="No", ExchangeId="u3")
    row["AttendeeRefs"] += [{"Attendance": "Required", "Attendee": "", "Email": a} for a in (BEN, CUSTOMER)]
    return [row], {
        ANNA: [event("u3", "Review", **shown)],
        BEN: [event("u3", "Review", isReminderOn=True, reminderMinutesBeforeStart=15, **shown)]}


class InStep(unittest.TestCase):
    def test_a_pair_of_users(self):
        self.assertEqual(found([activity("ACT1", "Visit")], {ANNA: [event("u1", "Visit")]}), [])

    def test_a_pair_beside_what_was_made(self):
        rows = [activity("ACT1", "Visit"), activity("ACT2", "Visit"), activity("ACT4", "Visit", CreatedInInforLN="No", ExchangeId="u4")]
        items = [event("u1", "Visit"), event("u2", "Visit", singleValueExtendedProperties=named("ACT2")), event("u4", "Visit")]
        self.assertEqual(found(rows, {ANNA: items}), [])

    def test_a_customers_meeting(self):
        self.assertEqual(found(*customers_meeting()), [])


class Broken(unittest.TestCase):
    def expect(self, text, activities, calendars):
        told = found(activities, calendars)
        self.assertTrue(any(text in line for line in told), f"{text!r} is not in {told}")

    def test_missing_in_outlook(self):
        self.expect("ACT1: missing in the calendar of anna", [activity("ACT1", "Visit")], {})

    def test_missing_in_ln(self):
        self.expect("“Visit” is missing in LN", [], {ANNA: [event("u1", "Visit")]})

    def test_doubled_in_outlook(self):
        items = [event("u1", "Visit"), event("u2", "Visit")]
        self.expect("“Visit” is missing in LN", [activity("ACT1", "Visit")], {ANNA: items})

    def test_made_again_beside_the_pair(self):
        items = [event("u1", "Visit"), event("u2", "Visit", singleValueExtendedProperties=named("ACT1"))]
        self.expect("“Visit” is missing in LN", [activity("ACT1", "Visit")], {ANNA: items})

    def test_doubled_in_ln(self):
        rows = [activity("ACT1", "Visit"), activity("ACT2", "Visit")]
        self.expect("missing in the calendar of anna", rows, {ANNA: [event("u1", "Visit")]})

    def test_taken_in_beside_the_pair(self):
        rows = [activity("ACT1", "Visit"), activity("ACT2", "Visit", CreatedInInforLN="No", ExchangeId="u1")]
        self.expect("ACT1: missing in the calendar of anna", rows, {ANNA: [event("u1", "Visit")]})

    def test_another_time_subject_or_organizer(self):
        for change in ({"subject": "Fair"}, {"start": {"dateTime": wire(DAY - datetime.timedelta(hours=1))}}, {"isAllDay": True}):
            self.expect("ACT1: missing", [activity("ACT1", "Visit")], {ANNA: [event("u1", "Visit") | change]})
        self.expect("ACT1: missing", [activity("ACT1", "Visit")], {BEN: [event("u1", "Visit")]})

    def test_a_pair_that_differs(self):
        pair = [activity("ACT1", "Visit")], {ANNA: [event("u1", "Visit", location={"displayName": "Hall 4"})]}
        self.expect("ACT1: location is 'Hall 4' in Outlook", *pair)

    def test_a_customers_meeting(self):
        rows, calendars = customers_meeting()
        self.expect(f"{CUSTOMER}'s “Review” is missing in LN", [], calendars)
        self.expect("u3: 2 activities in LN", rows + [rows[0] | {"Activity": "ACT9"}], calendars)
        self.expect("ACT3: missing in the calendar of", rows, {})
        self.expect("ACT3: subject is 'Review' in Outlook", [rows[0] | {"Subject": "Old"}], calendars)
        self.expect(f"{CUSTOMER}, who organizes it, is no attendee", [rows[0] | {"AttendeeRefs": rows[0]["AttendeeRefs"][:2]}], calendars)
        host = [dict(rows[0]["AttendeeRefs"][0], Attendee="E-carl")] + rows[0]["AttendeeRefs"][1:]
        self.expect("is not invited to rosa", [rows[0] | {"AttendeeRefs": host}], calendars)


unittest.main()
