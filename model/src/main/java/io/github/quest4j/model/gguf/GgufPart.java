package io.github.quest4j.model.gguf;

import java.nio.file.Path;
import java.util.List;

/** What one file of a model holds; most models are one file. */
record GgufPart(
    Path path, int version, long bytes, GgufMetadata metadata, List<GgufTensor> tensors) {}
