"""Decode DICOM files with GDCM; one JSON line a file on standard output.

Arguments: the folder, the most frames of a file. Standard input: paths in the folder, one a line; those that begin with
"!" are decoded by pydicom alone, because GDCM stops on an assertion of its own. A line has the path and either `error`, or the photometric interpretation of what GDCM gives back and, for some frames spread over the
object, their index and the SHA-1 of their samples: little endian, unused high bits cut off, signs extended.
"""
import hashlib
import json
import sys

import gdcm
import numpy
import pydicom

KINDS = {
    gdcm.PixelFormat.UINT8: ("u1", False),
    gdcm.PixelFormat.INT8: ("u1", True),
    gdcm.PixelFormat.UINT12: ("u2", False),
    gdcm.PixelFormat.INT12: ("u2", True),
    gdcm.PixelFormat.UINT16: ("<u2", False),
    gdcm.PixelFormat.INT16: ("<u2", True),
    gdcm.PixelFormat.UINT32: ("<u4", False),
    gdcm.PixelFormat.INT32: ("<u4", True),
}


def spread(count, most):
    return sorted({round(i * (count - 1) / max(1, most - 1)) for i in range(min(count, most))})


def tidy(values, form, signed):
    """Shift to bit 0, cut what is not stored, extend the sign."""
    stored, width = form.GetBitsStored(), values.dtype.itemsize * 8
    shift = max(0, form.GetHighBit() + 1 - stored)
    wide = (values.astype("int64") >> shift) & ((1 << stored) - 1)
    if signed:
        wide = wide - ((wide >> (stored - 1)) << stored)
    return (wide & ((1 << width) - 1)).astype(values.dtype)


def decoded(path, most):
    reader = gdcm.ImageReader()
    reader.SetFileName(path)
    if not reader.Read():
        return {"error": "not read"}
    image = reader.GetImage()
    form = image.GetPixelFormat()
    if form.GetScalarType() == gdcm.PixelFormat.SINGLEBIT:
        return by_pydicom(path, most)
    if form.GetScalarType() not in KINDS:
        return {"error": "scalar type %s" % form.GetScalarTypeAsString()}
    kind, signed = KINDS[form.GetScalarType()]
    raw = image.GetBuffer()
    if isinstance(raw, str):
        raw = raw.encode("utf-8", "surrogateescape")
    count = image.GetDimension(2) if image.GetNumberOfDimensions() > 2 else 1
    values = numpy.frombuffer(raw, dtype=kind)
    size = image.GetDimension(0) * image.GetDimension(1) * form.GetSamplesPerPixel()
    if len(values) < size * count:
        return {"error": "%d of %d samples" % (len(values), size * count)}
    frames = {}
    for i in spread(count, most):
        frame = tidy(values[i * size : (i + 1) * size], form, signed)
        if image.GetPlanarConfiguration() == 1 and form.GetSamplesPerPixel() > 1:
            frame = frame.reshape(form.GetSamplesPerPixel(), -1).T
        frames[i] = hashlib.sha1(numpy.ascontiguousarray(frame).tobytes()).hexdigest()
    return {"photometric": str(image.GetPhotometricInterpretation()).strip(), "frames": frames, "count": count}


def masked(values, data):
    """pydicom leaves unused high bits (overlays) in; they are no pixels (PS3.5 8.1.1)."""
    if values.dtype.kind == "u" and data.BitsStored < values.dtype.itemsize * 8:
        values = values & ((1 << data.BitsStored) - 1)
    return values.astype(values.dtype.newbyteorder("<"))


def by_pydicom(path, most):
    data = pydicom.dcmread(path, force=True)
    count = int(data.get("NumberOfFrames", 1) or 1)
    pixels = data.pixel_array.reshape((count, -1))
    frames = {}
    for i in spread(count, most):
        values = masked(pixels[i], data)
        frames[i] = hashlib.sha1(numpy.ascontiguousarray(values).tobytes()).hexdigest()
    return {"photometric": data.PhotometricInterpretation, "frames": frames, "count": count}


gdcm.Trace.WarningOff()
gdcm.Trace.ErrorOff()
for line in sys.stdin:
    name = line.rstrip("\n")
    try:
        way = by_pydicom if name.startswith("!") else decoded
        name = name.lstrip("!")
        answer = way("%s/%s" % (sys.argv[1], name), int(sys.argv[2]))
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps({"path": name, **answer}), flush=True)
