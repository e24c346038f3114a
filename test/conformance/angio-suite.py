"""An angio suite as another implementation has it: data and command sets are written and read by pydicom, PDUs by the few
lines here. Asks for the worklist, says that it begins and ends, sends an image, asks whether it is kept safely, and waits
for the answer on the same association. Prints what it got as JSON."""

import datetime
import io
import json
import socket
import struct
import sys

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

HOST, PORT, PATIENT = sys.argv[1], int(sys.argv[2]), sys.argv[3]
WORKLIST = "1.2.840.10008.5.1.4.31"
STEP = "1.2.840.10008.3.1.2.3.3"
COMMITMENT = "1.2.840.10008.1.20.1"
XA = "1.2.840.10008.5.1.4.1.1.12.1"
CONTEXTS = {1: WORKLIST, 3: STEP, 5: COMMITMENT, 7: XA}
IMPLICIT = "1.2.840.10008.1.2"


def item(kind, content):
    return struct.pack(">BBH", kind, 0, len(content)) + content


def title(name):
    return name.encode("ascii").ljust(16)


def receive_pdu(connection):
    def exactly(n):
        got = b""
        while len(got) < n:
            more = connection.recv(n - len(got))
            if not more:
                raise SystemExit("the other side closed the connection")
            got += more
        return got

    kind, _, length = struct.unpack(">BBI", exactly(6))
    return kind, exactly(length)


def associate(connection):
    contexts = b"".join(
        item(0x20, struct.pack(">BBBB", number, 0, 0, 0) + item(0x30, uid.encode()) + item(0x40, IMPLICIT.encode()))
        for number, uid in CONTEXTS.items()
    )
    user = item(0x51, struct.pack(">I", 16384)) + item(0x52, b"1.2.826.0.1.3680043.9.99")
    content = struct.pack(">HH", 1, 0) + title("WILLIS") + title("ANGIO1") + bytes(32)
    content += item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + item(0x50, user)
    connection.sendall(struct.pack(">BBI", 1, 0, len(content)) + content)
    kind, answer = receive_pdu(connection)
    assert kind == 2, f"not accepted: PDU {kind}, {answer.hex()}"
    at, results = 68, {}
    while at < len(answer):
        what, _, length = struct.unpack(">BBH", answer[at : at + 4])
        if what == 0x21:
            results[answer[at + 4]] = answer[at + 6]
        at += 4 + length
    assert results == {number: 0 for number in CONTEXTS}, results


def encode(data):
    out = io.BytesIO()
    data.is_little_endian, data.is_implicit_VR = True, True
    from pydicom.filebase import DicomFileLike

    target = DicomFileLike(out)
    target.is_little_endian, target.is_implicit_VR = True, True
    write_dataset(target, data, "latin_1")
    return out.getvalue()


def decode(content):
    return read_dataset(io.BytesIO(content), True, True)


def send(connection, context, command, data=None):
    command.CommandDataSetType = 0x0101 if data is None else 0
    if "CommandGroupLength" in command:
        del command.CommandGroupLength
    command.CommandGroupLength = len(encode(command))
    for content, flag in ((encode(command), 3), (None if data is None else encode(data), 2)):
        if content is None:
            continue
        for at in range(0, max(len(content), 1), 16000):
            part = content[at : at + 16000]
            last = flag if at + 16000 >= len(content) else flag - 2
            value = struct.pack(">IBB", len(part) + 2, context, last) + part
            connection.sendall(struct.pack(">BBI", 4, 0, len(value)) + value)


def receive(connection):
    parts, command = {1: b"", 0: b""}, None
    while True:
        kind, content = receive_pdu(connection)
        assert kind == 4, f"PDU {kind} instead of data: {content.hex()}"
        at = 0
        while at < len(content):
            length, context, control = struct.unpack(">IBB", content[at : at + 6])
            parts[control & 1] += content[at + 6 : at + 4 + length]
            at += 4 + length
            if not control & 2:
                continue
            if control & 1:
                command = decode(parts[1])
                if command.CommandDataSetType == 0x0101:
                    return context, command, None
            else:
                return context, command, decode(parts[0])


def request(field, context, number, **fields):
    command = Dataset()
    command.CommandField = field
    command.MessageID = number
    for keyword, value in fields.items():
        setattr(command, keyword, value)
    return command


def dataset(**fields):
    made = Dataset()
    for keyword, value in fields.items():
        setattr(made, keyword, value)
    return made


def main():
    result = {}
    connection = socket.create_connection((HOST, PORT), timeout=20)
    associate(connection)

    step = dataset(Modality="XA", ScheduledStationAETitle="ANGIO1", ScheduledProcedureStepStartDate="",
                   ScheduledProcedureStepStartTime="", ScheduledProcedureStepID="", ScheduledProcedureStepDescription="")
    keys = dataset(PatientID=PATIENT, PatientName="", PatientBirthDate="", PatientSex="", StudyInstanceUID="",
                   AccessionNumber="", RequestedProcedureID="", RequestedProcedureDescription="",
                   ScheduledProcedureStepSequence=Sequence([step]))
    send(connection, 1, request(0x20, 1, 1, AffectedSOPClassUID=WORKLIST, Priority=0), keys)
    found = []
    while True:
        _, command, data = receive(connection)
        if command.Status not in (0xFF00, 0xFF01):
            break
        found.append(data)
    result["find"] = [command.Status, len(found), str(found[0].PatientName)]
    order = found[0]
    planned = order.ScheduledProcedureStepSequence[0]

    now = datetime.datetime.now()
    relation = dataset(StudyInstanceUID=order.StudyInstanceUID, ReferencedStudySequence=Sequence(),
                       AccessionNumber=order.AccessionNumber, RequestedProcedureID=order.RequestedProcedureID,
                       RequestedProcedureDescription=order.RequestedProcedureDescription,
                       ScheduledProcedureStepID=planned.ScheduledProcedureStepID,
                       ScheduledProcedureStepDescription=planned.ScheduledProcedureStepDescription,
                       ScheduledProtocolCodeSequence=Sequence())
    begun = dataset(ScheduledStepAttributesSequence=Sequence([relation]), PatientName=order.PatientName,
                    PatientID=order.PatientID, PatientBirthDate=order.PatientBirthDate, PatientSex=order.PatientSex,
                    ReferencedPatientSequence=Sequence(), PerformedProcedureStepID="PPS7", PerformedStationAETitle="ANGIO1",
                    PerformedStationName="Suite 1", PerformedLocation="", PerformedProcedureStepStartDate=now.strftime("%Y%m%d"),
                    PerformedProcedureStepStartTime=now.strftime("%H%M%S"), PerformedProcedureStepStatus="IN PROGRESS",
                    PerformedProcedureStepDescription="", PerformedProcedureTypeDescription="",
                    ProcedureCodeSequence=Sequence(), PerformedProcedureStepEndDate="", PerformedProcedureStepEndTime="",
                    Modality="XA", StudyID="", PerformedProtocolCodeSequence=Sequence(), PerformedSeriesSequence=Sequence())
    uid = "1.2.826.0.1.3680043.9.99.1"
    send(connection, 3, request(0x140, 3, 2, AffectedSOPClassUID=STEP, AffectedSOPInstanceUID=uid), begun)
    _, command, _ = receive(connection)
    result["create"] = [command.CommandField, command.MessageIDBeingRespondedTo, command.Status, command.AffectedSOPInstanceUID]

    image = dataset(SOPClassUID=XA, SOPInstanceUID=uid + ".2", StudyInstanceUID=order.StudyInstanceUID,
                    SeriesInstanceUID=uid + ".3", Modality="XA", PatientName=order.PatientName, PatientID=order.PatientID,
                    PatientBirthDate=order.PatientBirthDate, PatientSex=order.PatientSex, InstanceNumber=1, SeriesNumber=1,
                    AccessionNumber=order.AccessionNumber, StudyDate=now.strftime("%Y%m%d"), StudyTime="", StudyID="")
    send(connection, 7, request(0x01, 7, 3, AffectedSOPClassUID=XA, AffectedSOPInstanceUID=image.SOPInstanceUID, Priority=0), image)
    _, command, _ = receive(connection)
    result["store"] = command.Status

    reference = dataset(ReferencedSOPClassUID=XA, ReferencedSOPInstanceUID=image.SOPInstanceUID)
    series = dataset(PerformingPhysicianName="", ProtocolName="Cerebral", OperatorsName="", SeriesInstanceUID=uid + ".3",
                     SeriesDescription="", RetrieveAETitle="", ReferencedImageSequence=Sequence([reference]),
                     ReferencedNonImageCompositeSOPInstanceSequence=Sequence())
    ended = dataset(PerformedProcedureStepStatus="COMPLETED", PerformedProcedureStepEndDate=now.strftime("%Y%m%d"),
                    PerformedProcedureStepEndTime=now.strftime("%H%M%S"), PerformedSeriesSequence=Sequence([series]),
                    ImageAndFluoroscopyAreaDoseProduct="500", TotalTimeOfFluoroscopy=600)
    for name, number in (("set", 4), ("setAgain", 5)):
        send(connection, 3, request(0x120, 3, number, RequestedSOPClassUID=STEP, RequestedSOPInstanceUID=uid), ended)
        _, command, _ = receive(connection)
        result[name] = [command.CommandField, command.Status, command.get("ErrorID")]

    asked = dataset(TransactionUID=uid + ".4", ReferencedSOPSequence=Sequence([reference]))
    send(connection, 5, request(0x130, 5, 6, RequestedSOPClassUID=COMMITMENT,
                                RequestedSOPInstanceUID=COMMITMENT + ".1", ActionTypeID=1), asked)
    _, command, _ = receive(connection)
    result["action"] = command.Status
    context, command, report = receive(connection)
    result["event"] = [command.CommandField, command.EventTypeID, report.TransactionUID,
                       [one.ReferencedSOPInstanceUID for one in report.get("ReferencedSOPSequence", [])]]
    answer = Dataset()
    answer.AffectedSOPClassUID = COMMITMENT
    answer.CommandField = 0x8100
    answer.MessageIDBeingRespondedTo = command.MessageID
    answer.Status = 0
    answer.AffectedSOPInstanceUID = COMMITMENT + ".1"
    answer.EventTypeID = command.EventTypeID
    send(connection, context, answer)

    connection.sendall(struct.pack(">BBI", 5, 0, 4) + bytes(4))
    kind, _ = receive_pdu(connection)
    result["release"] = kind
    print(json.dumps(result))


main()
