package dev.simoom.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The backends that the class path brings. */
public final class Backends {
  private Backends() {}

  /** All of them. */
  public static List<BackendProvider> providers() {
    List<BackendProvider> providers = new ArrayList<>();
    ServiceLoader.load(BackendProvider.class).forEach(providers::add);
    return providers;
  }

  /**
   * The provider of a name.
   *
   * @throws BackendException if none on the class path has it
   */
  public static BackendProvider provider(String name) {
    return providers().stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BackendException(
                    "no backend '"
                        + name
                        + "' on the class path: add dev.simoom:simoom-kernels-"
                        + name));
  }
}
