"""MediaPipe's `.task` bundles from the TFLite files of its own npm package.

A bundle is an uncompressed zip of two TFLite files, each with metadata that says how
pixels are scaled. The package's files lack that metadata; it is added here.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import flatbuffers
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
from mediapipe.tasks.metadata import schema_py_generated as schema

DETECTOR = "pose_solution_packed_assets.data"
DETECTOR_SCALING = (127.5, 127.5)  # mean, standard deviation of pixel values
LANDMARK_SCALING = (0.0, 255.0)
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever the bundle is made


def bundle(package: Path, size: str) -> bytes:
    """Return the bundle of the unpacked npm package's detector and its landmark net of one size."""
    members = {
        "pose_detector.tflite": described(package / DETECTOR, DETECTOR_SCALING),
        "pose_landmarks_detector.tflite": described(
            package / f"pose_landmark_{size}.tflite", LANDMARK_SCALING
        ),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DATE), data)
    return out.getvalue()


def described(path: Path, scaling: tuple[float, float]) -> bytes:
    """Return a TFLite file with the scaling of its picture written into its metadata."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(path.read_bytes(), 0))
    stored = schema.BufferT()
    stored.data = _metadata(len(model.subgraphs[0].outputs), scaling)
    entry = schema.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers = [*model.buffers, stored]
    model.metadata = [*(model.metadata or []), entry]
    return _packed(model, b"TFL3")


def _metadata(outputs: int, scaling: tuple[float, float]) -> list[int]:
    """Return the bytes of the metadata: one RGB picture in, features out."""
    options = metadata.NormalizationOptionsT()
    options.mean, options.std = [scaling[0]], [scaling[1]]
    unit = metadata.ProcessUnitT()
    unit.optionsType, unit.options = metadata.ProcessUnitOptions.NormalizationOptions, options
    picture = metadata.ImagePropertiesT()
    picture.colorSpace = metadata.ColorSpaceType.RGB
    subgraph = metadata.SubGraphMetadataT()
    subgraph.inputTensorMetadata = [_tensor("image", metadata.ContentProperties.ImageProperties, picture)]
    subgraph.inputTensorMetadata[0].processUnits = [unit]
    subgraph.outputTensorMetadata = [
        _tensor(f"output{k}", metadata.ContentProperties.FeatureProperties, metadata.FeaturePropertiesT())
        for k in range(outputs)
    ]
    whole = metadata.ModelMetadataT()
    whole.subgraphMetadata, whole.minParserVersion = [subgraph], "1.0.0"
    return list(_packed(whole, b"M001"))


def _tensor(name: str, kind: int, properties: object) -> metadata.TensorMetadataT:
    tensor = metadata.TensorMetadataT()
    tensor.name, tensor.content = name, metadata.ContentT()
    tensor.content.contentPropertiesType, tensor.content.contentProperties = kind, properties
    return tensor


def _packed(table: object, identifier: bytes) -> bytes:
    builder = flatbuffers.Builder(0)
    builder.Finish(table.Pack(builder), file_identifier=identifier)  # type: ignore[attr-defined]
    return bytes(builder.Output())
