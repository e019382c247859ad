package dev.simoom.bench.suite;

/**
 * A number and the interval in which it lies with 95 % confidence.
 *
 * @param value the median
 * @param low end of the interval
 * @param high other end
 */
public record Figure(double value, double low, double high) {}
