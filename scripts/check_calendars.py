"""Whether LN and every organizer's calendar hold the same meetings; used by check-in-step, with nothing of the product's.

Of LN's activities those count that are Appointments or Calls with Synchronize on, Planned, and not over; of Outlook's events the
organizers' own that are not over, and of customers' meetings the users' copies. What is over by now may be there or not: it was not, or was,
when it was read.

What was made for one another names one another. A pair that users entered on both sides does not: those are one meeting that have the
same organizer, time and subject (CAL-5), each with one of the other side, so that one too many is missing there. Of a customer's
meeting LN has what the lowest-coded user's copy says, the customer is an attendee, and an invited user the Meeting Organizer (CAL-3).
"""
import datetime
import html
import re
import urllib.error
import urllib.parse

LINK = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnActivity"
SHOW_AS = {"Free": "free", "Busy": "busy", "Tentative": "tentative", "OutOfOffice": "oof"}
PRIVATE = ("private", "confidential")


def instant(text):
    return datetime.datetime.fromisoformat(text[:19] + "+00:00")


def midnight(time):
    return time.replace(hour=0, minute=0, second=0)


def plain(text):
    """Words alone: how lines are broken, and what a body's HTML is made of, is each side's own."""
    text = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", text or "")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).replace("\xa0", " ").split())


def of_activity(row, is_call):
    start, end = instant(row["StartDate"]), instant(row["EndDate"])
    if row["AllDay"] == "Yes":
        # Dates: LN may keep times of day beside them.
        start, end = midnight(start), max(midnight(end - datetime.timedelta(seconds=1)), midnight(start)) + datetime.timedelta(days=1)
    return {
        "all-day": row["AllDay"] == "Yes", "start": start, "end": end, "subject": row["Subject"].strip(),
        "location": None if is_call else row["Location"].strip(), "show as": SHOW_AS.get(row["ShowTimeAs"]),
        "sensitivity": row["Sensitivity"].lower(),
        "reminder": row["ReminderMinutes"] if row["Reminder"] == "Yes" else None, "text": plain(row["Information"])}


def of_event(event, is_call):
    reminder = event["reminderMinutesBeforeStart"] if event["isReminderOn"] else None
    return {
        "all-day": event["isAllDay"], "start": instant(event["start"]["dateTime"]), "end": instant(event["end"]["dateTime"]),
        "subject": (event["subject"] or "").strip(),
        "location": None if is_call else ((event.get("location") or {}).get("displayName") or "").strip(),
        "show as": event["showAs"] if event["showAs"] in SHOW_AS.values() else None, "sensitivity": event["sensitivity"],
        "reminder": reminder, "text": plain((event.get("body") or {}).get("content"))}


def is_in_scope(row):
    return row["Type"] in ("Appointment", "Call") and row["Synchronize"] == "Yes" and row["Status"] == "Planned"


def calendar(graph, mailbox):
    path = f"/users/{urllib.parse.quote(mailbox)}/events"
    return list(graph.all(path, {
        "$top": "100", "$expand": f"singleValueExtendedProperties($filter=id eq '{LINK}')"}))


def link(event):
    properties = {p["id"].lower(): p["value"] for p in event.get("singleValueExtendedProperties") or []}
    return properties.get(LINK.lower())


def looks(side):
    """By what two that name nothing are the same meeting, in one organizer's calendar."""
    return (side["all-day"], side["start"], side["end"], side["subject"])


def is_alive(event):
    return not event["isCancelled"]


def pairs(rows, events, organizers, taken):
    """Users' own pairs: the activity's code -> (mailbox, event), each event at most once.

    organizers: the activity's code -> its organizer's mailbox; taken: iCalUIds that LN names."""
    free = {}
    for mailbox, items in events.items():
        for event in items:
            if event["isOrganizer"] and is_alive(event) and not link(event) and event["iCalUId"] not in taken:
                free.setdefault((mailbox, looks(of_event(event, False))), []).append((mailbox, event))
    found = {}
    for row in rows:
        code = row["Activity"].strip()
        alike = free.get((organizers[code], looks(of_activity(row, False))))
        if alike:
            found[code] = alike.pop()
    return found


def host_of(event):
    return ((event.get("organizer") or {}).get("emailAddress") or {}).get("address", "").lower()


def customers(name, row, copies, organizer, users):
    """What differs of a customer's meeting, of which users have copies."""
    codes = {}
    for code, mailbox in sorted(users.items(), reverse=True):
        codes[mailbox] = code
    mailbox, event = min(copies, key=lambda copy: codes[copy[0]])
    is_private = event["sensitivity"] in PRIVATE
    yield from differences(name, row, event, is_private)
    host = host_of(event)
    invited = {a["emailAddress"]["address"].lower() for a in event["attendees"]} | {mailbox for mailbox, _ in copies}
    if organizer not in invited:
        yield f"{name}: its Meeting Organizer {organizer} is not invited to {host}'s meeting"
    if not is_private and host not in {a["Email"].strip().lower() for a in row["AttendeeRefs"]}:
        yield f"{name}: {host}, who organizes it, is no attendee in LN"


def differences(name, activity, event, is_private):
    is_call = activity["Type"] == "Call"
    here, there = of_activity(activity, is_call), of_event(event, is_call)
    if is_private:
        # Nothing of it but when it is and how it shows may stand in LN.
        for field in ("location", "text"):
            if here[field]:
                yield f"{name}: a private event's {field} stands in LN"
        if here["subject"] == there["subject"]:
            yield f"{name}: a private event's subject stands in LN"
        for field in ("subject", "location", "text", "reminder"):
            here.pop(field), there.pop(field)
    for field in here:
        if field == "show as" and (here[field] is None or there[field] is None):
            continue
        if here[field] != there.get(field):
            yield f"{name}: {field} is {there.get(field)!r} in Outlook, {here[field]!r} in LN"


def check(ln, graph, users, mails):
    """What the two systems say, in a few numbers, and what differs.

    users: LN user code of each active user -> mailbox; mails: those that Exchange has sent about meetings.
    """
    now = datetime.datetime.now(datetime.timezone.utc)
    soon = now + datetime.timedelta(minutes=1)
    found, links, uids = [], {}, {}
    staff = {row["Email"].strip().lower() for row in ln.rows("Employees", "Employee")} | set(users.values())
    employees = {row["Employee"].strip(): row["User"].strip() for row in ln.rows("Employees", "Employee")}
    events = {}
    for mailbox in sorted(set(users.values())):
        try:
            events[mailbox] = [e for e in calendar(graph, mailbox) if e["type"] == "singleInstance"]
        except urllib.error.HTTPError as error:
            found.append(f"{mailbox}: its calendar can't be read: {error.code}")
    for mailbox, items in events.items():
        for event in items:
            uids.setdefault(event["iCalUId"], []).append((mailbox, event))
            if link(event):
                links.setdefault(link(event), []).append((mailbox, event))

    rows = ln.rows("Activities", "Activity", expand="AttendeeRefs")
    by_event, counts = {}, {"activities": 0, "meetings": 0, "eventsFromOutlook": 0}
    organizers = {}
    for row in rows:
        organizer = next((a for a in row["AttendeeRefs"] if a["Attendance"] == "MeetingOrganizer"), None)
        organizers[row["Activity"].strip()] = (
            users.get(employees.get(organizer["Attendee"].strip(), "")) if organizer else None)
    paired = pairs(
        [row for row in rows if is_in_scope(row) and row["CreatedInInforLN"] == "Yes"
         and f"{ln.company}/{row['Activity'].strip()}" not in links and not row["ExchangeId"].strip()],
        events, organizers, {row["ExchangeId"].strip() for row in rows})
    paired_uids = {event["iCalUId"] for _, event in paired.values()}
    for row in rows:
        code = row["Activity"].strip()
        name = f"{ln.company}/{code}"
        uid = row["ExchangeId"].strip()
        is_ours = row["CreatedInInforLN"] == "Yes"
        if uid:
            by_event.setdefault(uid, []).append(row)
        there = links.get(name, []) if is_ours else uids.get(uid, [])
        own = [(mailbox, event) for mailbox, event in there if event["isOrganizer"] and is_alive(event)]
        copies = [(mailbox, event) for mailbox, event in there
                  if not event["isOrganizer"] and is_alive(event) and host_of(event) not in staff]
        if code in paired:
            own = [paired[code]]
        if not is_in_scope(row):
            # A Held or past one leaves its event where it is.
            if own and row["Status"] != "Held" and instant(row["EndDate"]) > soon:
                found.append(f"{name}: {row['Status']}, Synchronize {row['Synchronize']}, and still in Outlook")
            continue
        mailbox = organizers[code]
        is_over = instant(row["EndDate"]) <= soon
        if not is_over and mailbox:
            counts["activities"] += 1
        if len(own) > 1:
            found.append(f"{name}: {len(own)} events in Outlook")
        elif not own and copies and not is_ours:
            told = list(customers(name, row, copies, mailbox, users))
            found += told
            counts["meetings"] += not told
        elif not own and not is_over and (mailbox or not is_ours):
            found.append(f"{name}: missing in the calendar of {mailbox or 'its organizer'}")
        elif own and is_ours and own[0][0] != mailbox:
            found.append(f"{name}: in the calendar of {own[0][0]}, its organizer is {mailbox}")
        for _, event in own[:1]:
            is_private = not is_ours and event["sensitivity"] in PRIVATE
            told = list(differences(name, row, event, is_private))
            found += told
            counts["meetings"] += not told
            if is_ours:
                continue
            here = {a["Email"].strip().lower() for a in row["AttendeeRefs"]}
            for attendee in event["attendees"]:
                if not is_private and attendee["emailAddress"]["address"].lower() not in here:
                    found.append(f"{name}: {attendee['emailAddress']['address']} is no attendee in LN")

    for uid, activities in by_event.items():
        if len(activities) > 1:
            found.append(f"{uid}: {len(activities)} activities in LN")
    for mailbox, items in events.items():
        for event in items:
            is_over = instant(event["end"]["dateTime"]) <= soon
            if not is_alive(event) or link(event) or event["iCalUId"] in paired_uids:
                continue
            if not event["isOrganizer"]:
                host = host_of(event)
                if host and host not in staff and event["iCalUId"] not in by_event and not is_over:
                    found.append(f"{mailbox}: {host}'s “{event['subject']}” is missing in LN")
                continue
            counts["eventsFromOutlook"] += not is_over
            if event["iCalUId"] not in by_event and not is_over:
                found.append(f"{mailbox}: “{event['subject']}” is missing in LN")
    known = {f"{ln.company}/{row['Activity'].strip()}" for row in rows}
    for key, there in links.items():
        # One with attendees goes on naming what was deleted in LN, where another activity was made for it: that one names the event.
        found += [f"{mailbox}: “{event['subject']}” is of {key}, which LN does not have" for mailbox, event in there
                  if key not in known and not (event["attendees"] and event["iCalUId"] in by_event)]
    counts["mailsOfOurs"] = sum(mail["app"] is not None for mail in mails)
    if counts["mailsOfOurs"]:
        found.append(f"{counts['mailsOfOurs']} mails about meetings were caused by our programs")
    return counts, found
