package dev.simoom.tensor.safetensors;

/** Text that is not JSON. */
final class JsonException extends Exception {
  JsonException(int position, String problem) {
    super("character " + position + ": " + problem);
  }
}
