-- warehouse-sdk: clean up

