/** Workloads under load: what is run, how it is measured, how the result is written. */
@NullMarked
package dev.danta.bench;

import org.jspecify.annotations.NullMarked;
