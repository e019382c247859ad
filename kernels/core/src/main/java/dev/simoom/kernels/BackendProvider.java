package dev.simoom.kernels;

import java.util.List;

/** A source of backends that is found on the class path, by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name by which users choose it. */
  String name();

  /**
   * The devices that there are, in the order of their numbers.
   *
   * @throws BackendException if there is none or what reaches them is not there; the message says
   *     what is missing and how to get it
   */
  List<DeviceInfo> devices();

  /**
   * The backend on one device.
   *
   * @param device place in {@link #devices()}
   * @throws BackendException if there is no such device
   */
  Backend open(int device);
}
