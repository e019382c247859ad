package dev.simoom.models.sae;

import dev.simoom.kernels.DType;
import dev.simoom.tensor.Variable;
import dev.simoom.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Reads settings and variables of a file, with errors that say what would be right. */
record Header(SafetensorsFile file, String prefix) {

  String text(String key) throws IOException {
    String text = file.metadata().get(prefix + key);
    if (text == null) {
      throw new IOException(
          "%s: the header lacks '%s'; is this a file of an autoencoder?"
              .formatted(file.path(), prefix + key));
    }
    return text;
  }

  long count(String key) throws IOException {
    try {
      return Long.parseLong(text(key));
    } catch (NumberFormatException e) {
      throw unreadable(key, "an integer");
    }
  }

  List<Integer> counts(String key) throws IOException {
    try {
      return Arrays.stream(text(key).split(",", -1)).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw unreadable(key, "integers with commas between them");
    }
  }

  double number(String key) throws IOException {
    try {
      return Double.parseDouble(text(key));
    } catch (NumberFormatException e) {
      throw unreadable(key, "a number");
    }
  }

  IOException unreadable(String key, String wanted) throws IOException {
    return new IOException(
        "%s: '%s' in the header is '%s' and should be %s"
            .formatted(file.path(), prefix + key, text(key), wanted));
  }

  /** Replaces a variable's content by the tensor of its name. */
  void read(Variable variable) throws IOException {
    SafetensorsFile.Entry entry = file.entry(prefix + variable.name());
    if (!entry.shape().equals(variable.shape())) {
      throw new IOException(
          "%s: tensor '%s' has shape %s and should have %s"
              .formatted(file.path(), entry.name(), entry.shape(), variable.shape()));
    }
    if (variable.dtype() == DType.I32) {
      file.readInts(entry, 0, variable.segment(), variable.shape().elements());
    } else {
      file.readFloats(entry, 0, variable.segment(), variable.shape().elements());
    }
    variable.written();
  }
}
