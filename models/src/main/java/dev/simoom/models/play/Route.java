package dev.simoom.models.play;

import java.io.IOException;
import java.util.regex.Pattern;

/** Which endpoint answers a method on a path; the path's group, if any, is the request's name. */
record Route(String method, Pattern path, Endpoint endpoint) {

  /** Answers requests. */
  @FunctionalInterface
  interface Endpoint {
    Answer answer(Request request) throws Refusal, IOException, InterruptedException;
  }

  static Route of(String method, String path, Endpoint endpoint) {
    return new Route(method, Pattern.compile(path), endpoint);
  }
}
