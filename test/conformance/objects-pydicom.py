"""What pydicom reads of objects that are no image: one JSON line a file given on the command line."""
import json
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")


def code(items):
    return items[0].get("CodeMeaning", "") if items else ""


def codes_in(item, value):
    """Numbers under an item whose concept has this code, in the order of reading."""
    for child in item.get("ContentSequence", []):
        name = child.get("ConceptNameCodeSequence")
        measured = child.get("MeasuredValueSequence")
        if name and name[0].get("CodeValue") == value and measured and measured[0].get("NumericValue") is not None:
            yield float(measured[0].NumericValue)
        yield from codes_in(child, value)


def containers(item, value):
    for child in item.get("ContentSequence", []):
        name = child.get("ConceptNameCodeSequence")
        if child.get("ValueType") == "CONTAINER" and name and name[0].get("CodeValue") == value:
            yield child
        yield from containers(child, value)


def of(ds):
    kind = ds.SOPClassUID
    if kind.startswith("1.2.840.10008.5.1.4.1.1.88."):
        events = list(containers(ds, "113706"))
        first = lambda item, value: next(codes_in(item, value), None)  # noqa: E731
        return {
            "events": [[first(e, c) for c in ("122130", "113738", "112011", "112012", "113768")] for e in events],
            "totals": [[first(t, c) for c in ("113722", "113725", "113730")] for t in containers(ds, "113702")],
            "ct": [[first(c, "113830"), first(c, "113838")] for c in containers(ds, "113819")],
        }
    if kind == "1.2.840.10008.5.1.4.1.1.66.4":
        frames = [int(f.SegmentIdentificationSequence[0].ReferencedSegmentNumber) for f in ds.PerFrameFunctionalGroupsSequence]
        pixels = ds.pixel_array.reshape(int(ds.get("NumberOfFrames", 1)), -1)
        return {
            "segments": [
                [int(s.SegmentNumber), s.SegmentLabel, code(s.get("SegmentedPropertyTypeCodeSequence")), frames.count(int(s.SegmentNumber))]
                for s in ds.SegmentSequence
            ],
            "marked": [int((frame > 0).sum()) for frame in pixels],
        }
    if kind.startswith("1.2.840.10008.5.1.4.1.1.9."):
        arrays = [ds.waveform_array(k) for k in range(len(ds.WaveformSequence))]
        return {"waves": [[[float(a[:, c].min()), float(a[:, c].max()), float(a[:, c].sum())] for c in range(a.shape[1])] for a in arrays]}
    if kind == "1.2.840.10008.5.1.4.1.1.67":
        sets = ds.ReferencedImageRealWorldValueMappingSequence
        m = sets[0].RealWorldValueMappingSequence[0]
        return {
            "slope": float(m.RealWorldValueSlope),
            "unit": m.MeasurementUnitsCodeSequence[0].CodeValue,
            "images": sum(len(s.ReferencedImageSequence) for s in sets),
        }
    return {}


for name in sys.argv[1:]:
    ds = pydicom.dcmread(name, force=True)
    print(json.dumps({"name": name, **of(ds)}))
