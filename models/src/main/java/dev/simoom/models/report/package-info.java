/**
 * The self-contained HTML page that shows what a training run reached and what its features mean.
 */
package dev.simoom.models.report;
