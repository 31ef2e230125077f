using MLNet.GradientTrainers.DigitService;

return await ServeCommand.RunAsync(args);
