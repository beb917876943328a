/** A package-info without the mark. */
package dev.danta.archfixture.unmarked.bare;
