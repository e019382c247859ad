package dev.simoom.models.play;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;

/** Finds who answers a request, and answers those that nobody can with a line for people. */
final class PlayHandler implements HttpHandler {
  private static final System.Logger LOGGER = System.getLogger(PlayHandler.class.getName());
  private static final int NOT_FOUND = 404;
  private static final int WRONG_METHOD = 405;
  private static final int FAILED = 500;

  private final SameOrigin origin;
  private final Map<String, Answer> files;
  private final Iterable<Route> routes;

  PlayHandler(SameOrigin origin, Map<String, Answer> files, Iterable<Route> routes) {
    this.origin = origin;
    this.files = files;
    this.routes = routes;
  }

  @Override
  public void handle(HttpExchange exchange) {
    try (exchange) {
      answer(exchange).send(exchange);
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "a client left before its answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Answer failed(RuntimeException e) {
    LOGGER.log(Level.WARNING, "a request failed", e);
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return Answer.line(FAILED, message);
  }

  private Answer answer(HttpExchange exchange) throws IOException, InterruptedException {
    try {
      origin.check(exchange.getRequestMethod(), exchange.getRequestHeaders());
      return routed(exchange);
    } catch (Refusal e) {
      return Answer.line(e.status(), e.getMessage());
    } catch (RuntimeException e) {
      return failed(e);
    }
  }

  private Answer routed(HttpExchange exchange) throws Refusal, IOException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    Answer file = files.get(path);
    if (file != null && method.equals("GET")) {
      return file;
    }
    Set<String> allowed = new TreeSet<>(file == null ? Set.of() : Set.of("GET"));
    for (Route route : routes) {
      Matcher matcher = route.path().matcher(path);
      if (matcher.matches() && route.method().equals(method)) {
        String name = matcher.groupCount() == 0 ? "" : matcher.group(1);
        return route.endpoint().answer(new Request(exchange, name));
      } else if (matcher.matches()) {
        allowed.add(route.method());
      }
    }
    if (allowed.isEmpty()) {
      throw new Refusal(NOT_FOUND, "There is nothing at this address");
    }
    String methods = String.join(", ", allowed);
    return Answer.line(WRONG_METHOD, "This address answers " + methods + " only")
        .with("Allow", methods);
  }
}
