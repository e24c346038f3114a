"""Images as pydicom would show them; one JSON line a file: its path, and the grey levels or colours of some pixels.

Argument: the folder. Standard input: paths in it, one a line. A line has the path and either `error`, or `levels`: for
every `step`-th pixel the level 0..255 as a fraction (grey, after modality and VOI transformation) or the RGB triple of a
palette.
"""
import json
import sys
import warnings

import numpy
import pydicom
from pydicom.pixel_data_handlers.util import apply_color_lut, apply_modality_lut, apply_voi_lut

warnings.simplefilter("ignore")
STEP = 97


def grey(data, pixels):
    values = apply_modality_lut(pixels, data)
    shown = apply_voi_lut(values, data, prefer_lut=False)
    if "WindowCenter" in data:
        # The range that pydicom maps a window to (its documentation: the range of the modality output).
        bits = data.BitsStored
        low, high = (0, 2**bits - 1) if data.PixelRepresentation == 0 else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        if "ModalityLUTSequence" in data:
            low, high = 0, 2 ** int(data.ModalityLUTSequence[0].LUTDescriptor[2]) - 1
        elif "RescaleSlope" in data:
            low, high = (v * float(data.RescaleSlope) + float(data.RescaleIntercept) for v in (low, high))
    else:
        low, high = 0, 2 ** int(data.VOILUTSequence[0].LUTDescriptor[2]) - 1
    return (shown.astype(float) - low) / (high - low) * 255


def levels(path):
    data = pydicom.dcmread(path, force=True)
    pixels = data.pixel_array
    if int(data.get("NumberOfFrames", 1) or 1) > 1:
        pixels = pixels[0]
    if data.PhotometricInterpretation == "PALETTE COLOR":
        rgb = apply_color_lut(pixels, data)
        shift = 8 if rgb.dtype == numpy.uint16 else 0
        return (rgb.reshape(-1, 3)[::STEP] >> shift).flatten().tolist()
    return [round(float(v), 3) for v in grey(data, pixels).reshape(-1)[::STEP]]


for line in sys.stdin:
    name = line.rstrip("\n")
    try:
        print(json.dumps({"path": name, "levels": levels("%s/%s" % (sys.argv[1], name))}), flush=True)
    except Exception as error:
        print(json.dumps({"path": name, "error": str(error)[:200]}), flush=True)
