-- Each saga has a table of its service.
DROP TABLE messaging.saga;
