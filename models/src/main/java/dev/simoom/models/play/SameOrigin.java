package dev.simoom.models.play;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Lets through what a person or the server's own page asks for.
 *
 * <p>Another site that a browser shows can send requests here too, under its own name, or under a
 * name of its own that it made point here (DNS rebinding). Browsers say so: the first in {@code
 * Origin} and {@code Sec-Fetch-Site}, the second in {@code Host}, which then is a name.
 */
record SameOrigin(String name) {
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]+]");
  private static final Pattern PORT = Pattern.compile(":[0-9]*$");

  /**
   * With the name under which the server was told to listen.
   *
   * @param name a host's name or address
   */
  SameOrigin {
    name = name.toLowerCase(Locale.ROOT);
  }

  void check(String method, Headers headers) throws Refusal {
    String host = host(headers);
    String origin = headers.getFirst("Origin");
    if (origin != null && !origin.equalsIgnoreCase("http://" + host)) {
      throw refusal("of another site's page");
    }
    String site = headers.getFirst("Sec-Fetch-Site");
    boolean own = site == null || site.equals("same-origin") || site.equals("none");
    if (!own && !isVisit(method, headers)) {
      throw refusal("of another site's page");
    }
  }

  private String host(Headers headers) throws Refusal {
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1) {
      throw refusal("without a host");
    }
    String host = PORT.matcher(hosts.getFirst().toLowerCase(Locale.ROOT)).replaceFirst("");
    if (!host.equals("localhost") && !host.equals(name) && !ADDRESS.matcher(host).matches()) {
      throw refusal("for a host of another name");
    }
    return hosts.getFirst();
  }

  /** A link that a person followed: the other site cannot read the answer. */
  private static boolean isVisit(String method, Headers headers) {
    return method.equals("GET") && "navigate".equals(headers.getFirst("Sec-Fetch-Mode"));
  }

  private static Refusal refusal(String what) {
    return new Refusal(403, "This server answers no requests " + what);
  }
}
