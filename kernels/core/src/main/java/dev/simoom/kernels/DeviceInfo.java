package dev.simoom.kernels;

/**
 * A device that kernels can run on.
 *
 * @param backend the name of the backend that reaches it
 * @param number by which users choose it
 * @param kind such as {@code GPU}
 * @param name what it is
 * @param driver what drives it
 * @param memory bytes of memory that can be used, or 0 where that is not known
 */
public record DeviceInfo(
    String backend, int number, String kind, String name, String driver, long memory) {}
