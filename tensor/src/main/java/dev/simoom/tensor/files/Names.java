package dev.simoom.tensor.files;

/** Names of tensors in messages. */
public final class Names {
  private static final int LONGEST = 200;

  private Names() {}

  /** A name from a file between quotes, cut where it would drown the message. */
  public static String quote(String name) {
    return name.length() <= LONGEST ? "'" + name + "'" : "'" + name.substring(0, LONGEST) + "...'";
  }
}
